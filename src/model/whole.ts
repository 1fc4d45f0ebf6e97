/*
 * All parts of the model: importing this has them at hand. The page's worker does not, and loads them as they are missed.
 */
import { STREAMS } from "../handler/vm/library.ts";
import { STREAM_FUNCTIONS } from "../handler/vm/streams.generated.ts";
import { runSql } from "./sql.ts";
import { SQL } from "./sql-api.ts";

STREAMS.fill(STREAM_FUNCTIONS);
SQL.fill(runSql);
