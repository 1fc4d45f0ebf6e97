/*
 * The settings of the world that a person may change, as differences from the scenario's own world.
 */
import type { PeerPlan, World } from "../model/setup.ts";

/** Ways of the far end that a person can choose from. */
export const PEERS = {
  accepts: { label: "accepts and reads", plan: {} },
  refuses: { label: "refuses connections", plan: { refuse: true } },
  "never-answers": { label: "never answers the handshake", plan: { blackhole: true } },
  echoes: { label: "echoes what it receives", plan: { echo: true } },
  greets: { label: "greets first", plan: { greet: "220 ready\r\n" } },
  "closes-at-once": { label: "closes at once", plan: { finOnAccept: true } },
} as const satisfies Readonly<Record<string, { readonly label: string; readonly plan: PeerPlan }>>;

/** Names one of the ways of the far end. */
export type PeerId = keyof typeof PEERS;

/** All ways of the far end, in the order of the list. */
export const PEER_IDS = Object.keys(PEERS) as readonly PeerId[];

/** The longest latency that can be set. */
export const LATENCY_LIMIT_MS = 10_000;

/** What differs from the scenario's world; an absent setting is the scenario's. */
export interface WorldSettings {
  readonly commitMs?: number;
  readonly oneWayMs?: number;
  readonly backend?: World["backend"];
  readonly commits?: World["commits"];
  readonly service?: World["service"];
  readonly peer?: PeerId;
  readonly scheduling?: World["scheduling"];
}

/** The scenario's world with a person's settings. */
export function applySettings(world: World, settings: WorldSettings): World {
  return {
    ...world,
    commitMs: settings.commitMs ?? world.commitMs,
    oneWayMs: settings.oneWayMs ?? world.oneWayMs,
    backend: settings.backend ?? world.backend,
    commits: settings.commits ?? world.commits,
    service: settings.service ?? world.service,
    scheduling: settings.scheduling ?? world.scheduling,
    peer: settings.peer === undefined ? world.peer : PEERS[settings.peer].plan,
  };
}

/** The settings without those that say what the scenario says anyway. */
export function withoutDefaults(world: World, settings: WorldSettings): WorldSettings {
  const { commitMs, oneWayMs, backend, commits, service, peer, scheduling } = settings;
  return {
    ...(commitMs !== undefined && commitMs !== world.commitMs && { commitMs }),
    ...(oneWayMs !== undefined && oneWayMs !== world.oneWayMs && { oneWayMs }),
    ...(backend !== undefined && backend !== world.backend && { backend }),
    ...(commits !== undefined && commits !== world.commits && { commits }),
    ...(service !== undefined && service !== world.service && { service }),
    ...(peer !== undefined && { peer }),
    ...(scheduling !== undefined && scheduling !== world.scheduling && { scheduling }),
  };
}

/** How many settings differ from the scenario's. */
export function countChanges(settings: WorldSettings): number {
  return Object.keys(settings).length;
}

/** A latency as typed or dragged: a whole number of milliseconds within limits. */
export function clampLatency(value: number): number {
  return Number.isFinite(value) ? Math.min(LATENCY_LIMIT_MS, Math.max(0, Math.round(value))) : 0;
}
