#!/usr/bin/env node
/** The entry of the command line. */
import "./light-imports.ts";
import { runCommand } from "./cli/process/run-command.ts";

await runCommand(process.argv.slice(2));
