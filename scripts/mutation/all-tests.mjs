/** The entry of the bundle: every test file there is to run, then the tests that they have defined. */
import "virtual:tests";

export { tests as default } from "./test-api.mjs";
