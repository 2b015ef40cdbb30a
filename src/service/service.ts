/** One process of the service: runtime, worker and web server, started and stopped in order. */
import { createServer } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import type { Config } from "../config/config.ts";
import { findUnreadable } from "../connections/keys/unreadable.ts";
import { whileReachable } from "../database/connection/reachable.ts";
import { tellOfStop } from "../database/heartbeat/heartbeat.ts";
import { countPlaces, isEnough, warnOfPlaces } from "../operation/trouble/places.ts";
import { platformNames } from "../platforms/platform.ts";
import { prepareQueues } from "../sharing/claims/queue.ts";
import { watchDatabase } from "../sharing/delivery/restored.ts";
import { answerUnreadable, LONGEST_HEAD } from "../web/guards/too-long.ts";
import { inEnglish } from "../words/words.ts";
import { createHealthListener, createListener } from "./app.ts";
import { startHeartbeat, startJobs } from "./jobs.ts";
import { closeServer, listen, refuseWhileStarting } from "./port.ts";
import { type OpenRuntime, openRuntime, type RuntimeParts } from "./runtime.ts";

export interface Service {
  readonly runtime: OpenRuntime;
  readonly port: number;
  /** Lets requests and deliveries in progress finish, then closes everything. */
  stop(): Promise<void>;
}

/** Whether a process shows pages, delivers shares, or both. */
export type Role = "all" | "web" | "worker";

/**
 * Longer than reverse proxies keep an idle connection (nginx 60 s, Caddy 120 s). Otherwise a proxy could send a request on a
 * connection that we are closing.
 */
const KEEP_ALIVE_MS = 125_000;

/**
 * Starts one process of the service.
 * @param role "worker": the port only serves health checks and metrics
 * @throws {PortUnavailable} before anything else is started
 */
export async function startService(
  config: Config,
  parts: RuntimeParts = {},
  role: Role = "all",
): Promise<Service> {
  let answer = refuseWhileStarting(config);
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: LONGEST_HEAD },
    (request, response) => answer(request, response),
  );
  server.on("clientError", answerUnreadable);
  await listen(server, config);
  const port = (server.address() as AddressInfo).port;
  const isWorker = role !== "web";
  const runtime = await openRuntime(config, { ...parts, worker: isWorker }).catch((error: unknown) => {
    server.close();
    throw error;
  });
  await whileReachable(prepare(runtime)).catch(async (error: unknown) => {
    server.close();
    await runtime.close();
    throw error;
  });
  await tellOfKeys(runtime);
  tellOfForgotten(runtime);
  await tellOfPlaces(runtime);
  const stopJobs = isWorker ? await startJobs(runtime) : startHeartbeat(runtime);
  answer = role === "worker" ? createHealthListener(runtime) : createListener(runtime);
  runtime.log.info(
    {
      role,
      address: `http://${isIPv6(config.host) ? `[${config.host}]` : config.host}:${port}/`,
      baseUrl: config.baseUrl.href,
    },
    "sharewell is up",
  );
  return {
    runtime,
    port,
    stop: async () => {
      await Promise.all([stopJobs(), closeServer(server)]);
      // Otherwise the next start could not tell a long stop from a restored snapshot.
      await watchDatabase(runtime).then(
        () => tellOfStop(runtime.heart),
        (error: unknown) => runtime.log.debug({ err: error }, "could not record the stop"),
      );
      await runtime.close();
    },
  };
}

/** Before any delivery: checks whether the database was restored, so that its shares must be looked for first. */
async function prepare(runtime: OpenRuntime): Promise<void> {
  await prepareQueues(runtime.queue);
  await watchDatabase(runtime);
}

/** Reports a wrong key at the start, before people are asked to reconnect. */
async function tellOfKeys(runtime: OpenRuntime): Promise<void> {
  const { tried, unreadable } = await findUnreadable(runtime);
  if (unreadable > 0) runtime.troubles.report({ name: "keys", details: { tried, unreadable } });
}

async function tellOfPlaces(runtime: OpenRuntime): Promise<void> {
  const places = await countPlaces(runtime);
  if (!isEnough(places)) runtime.log.warn(places, inEnglish(warnOfPlaces(places)));
}

function tellOfForgotten({ log, platforms }: OpenRuntime): void {
  const settings = platformNames.flatMap((name) => platforms.forgottenSettings(name));
  if (settings.length > 0)
    log.warn({ settings }, "a network is not offered: half of a pair of settings is missing");
}
