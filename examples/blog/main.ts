import { startFromCommandLine } from "../site/start.ts";
import { blog } from "./site.tsx";

await startFromCommandLine(blog, 4101);
