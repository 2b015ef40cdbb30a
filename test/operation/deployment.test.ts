/** Checks the files that run the service in production against the service: unit, image, compose file. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { shape } from "../../src/config/variables.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const unit = read("docs/systemd/sharewell.service")
  .split("\n")
  .filter((line) => /^\w+=/.test(line));
const valuesOf = (key: string) =>
  unit.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
const page = read("docs/operate.md");
const section = page.slice(page.indexOf("### Under systemd"), page.indexOf("## Settings"));

test("the unit runs a command that there is, on our own Node, with settings that there are", () => {
  const [start = ""] = valuesOf("ExecStart");
  const [node, program = "", name] = start.split(" ");
  expect(node).toBe("/opt/sharewell/node_modules/.bin/node");
  expect(existsSync(join(root, program.replace(/^dist\//, "").replace(/js$/, "ts")))).toBe(true);
  expect(commands.map((command) => command.name)).toContain(name);
  const names = valuesOf("Environment").map((pair) => pair.split("=")[0] ?? "");
  expect(names.filter((setting) => setting.endsWith("_FILE")).length).toBe(2);
  const known = Object.keys(shape.shape).flatMap((setting) => [setting, `${setting}_FILE`]);
  expect(names.filter((setting) => setting !== "NODE_ENV" && !known.includes(setting))).toEqual([]);
});

test("the operator's steps make whatever the unit and its command name, before they start it", () => {
  const before = section.slice(0, section.indexOf("sudo systemctl enable --now sharewell"));
  const named = [
    ...valuesOf("LoadCredential").map((pair) => pair.split(":")[1] ?? ""),
    ...valuesOf("EnvironmentFile"),
    ...valuesOf("WorkingDirectory"),
  ];
  expect(named).toHaveLength(4);
  expect(named.filter((path) => !before.includes(path))).toEqual([]);
  expect(before).toContain(`sudo useradd --system --home-dir /var/lib/sharewell`);
  expect(valuesOf("User")).toEqual(["sharewell"]);
  const sources = [...section.matchAll(/sudo install -m \d+ (\S+) /g)].map(([, path = ""]) => path);
  expect(sources.length).toBeGreaterThan(2);
  expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const wrapper = read("docs/systemd/sharewell");
  expect(named.filter((path) => !wrapper.includes(path))).toEqual([]);
  expect(wrapper).toContain("SOCIAL_DATA_DIR=/var/lib/sharewell\n");
});

test("the unit lets systemd watch, stops the service before its database, and shuts it in", () => {
  for (const line of [
    "Type=notify",
    "NotifyAccess=all",
    "KillMode=mixed",
    "Restart=always",
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "CapabilityBoundingSet=",
    "SystemCallFilter=@system-service",
    "LimitCORE=0",
  ])
    expect(unit).toContain(line);
  for (const key of ["WatchdogSec", "MemoryMax", "TasksMax"]) expect(valuesOf(key)).toHaveLength(1);
  // V8 compiles JavaScript while it runs.
  expect(valuesOf("MemoryDenyWriteExecute")).toEqual([]);
});

/** A service of the compose file, by its indentation. */
function composed(name: string): string {
  const [, body = ""] =
    new RegExp(`^ {2}${name}:.*\\n((?: {4}.*\\n| *\\n)+)`, "m").exec(read("compose.yaml")) ?? [];
  return body;
}

test.each(["sharewell", "database"])("%s runs in its container with as little as it needs", (name) => {
  const body = composed(name);
  for (const line of [
    /^ {4}user: (?:node|postgres)$/m,
    /^ {4}read_only: true$/m,
    /^ {4}cap_drop: \[ALL\]$/m,
    /^ {4}security_opt: \["no-new-privileges:true"\]$/m,
    /^ {4}mem_limit: \d+g$/m,
    /^ {4}pids_limit: \d+$/m,
    /^ {4}tmpfs: \[.*:size=\d+m.*\]$/m,
  ])
    expect(body).toMatch(line);
  expect(body).not.toMatch(/cap_add|privileged: true|network_mode|docker\.sock/);
});

test("the container gets every setting from .env, but those that its own walls decide", () => {
  expect(composed("sharewell")).toMatch(/^ {4}env_file: \.env$/m);
  const [, environment = ""] = composed("sharewell").split(/^ {4}environment:\n/m);
  const names = [...environment.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name);
  // The address stands there to be asked for before anything is built.
  expect(names).toEqual(["HOST", "PORT", "DATABASE_URL", "SOCIAL_BASE_URL", "SOCIAL_DATA_DIR"]);
});

test("a container that only delivers is bounded as the service is", () => {
  expect(composed("worker")).toMatch(/^ {4}<<: \*sharewell$/m);
  expect(composed("worker")).not.toMatch(/read_only|cap_|security_opt|mem_limit|pids_limit|user:/);
});

test("the image runs as an ordinary user, and is built without secrets, history and tests", () => {
  const stages = read("Dockerfile").split(/^FROM /m);
  const last = stages.at(-1) ?? "";
  expect(last.indexOf("USER node")).toBeGreaterThan(last.lastIndexOf("RUN "));
  expect(last).not.toMatch(/^COPY (?!--from=packages|LICENSE)/m);
  const ignored = read(".dockerignore").split("\n");
  for (const path of [".git", ".env", "data", "node_modules"]) expect(ignored).toContain(path);
});

test("the image holds the list of what it is made of", () => {
  expect(read("Dockerfile")).toMatch(/^RUN npm run build && npm run sbom\b/m);
  expect(read("Dockerfile")).toMatch(/^COPY --from=build \/app\/dist \.\/dist$/m);
});

test("the proxy takes no old TLS, logs no query, and helps no program along that forgot the s", () => {
  const proxy = read("docs/proxies/nginx.conf");
  expect(proxy).toMatch(/^ {4}ssl_protocols TLSv1\.2 TLSv1\.3;$/m);
  expect(proxy).toMatch(/^log_format sharewell .*\$uri (?!.*\$(?:request|args|query_string|http_referer))/m);
  expect(proxy).toMatch(/^ {4}location \/api\/ \{\n {8}return 403;/m);
});
