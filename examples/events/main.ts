import { startFromCommandLine } from "../site/start.ts";
import { events } from "./site.tsx";

await startFromCommandLine(events, 4108);
