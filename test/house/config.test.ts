import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, readConfig, readDemoSettings } from "../../src/config/config.ts";

const complete = {
  SOCIAL_BASE_URL: "https://share.example.com",
  SOCIAL_ENCRYPTION_KEY: "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=",
  SOCIAL_SESSION_SECRET: "a sentence of more than thirty-two characters",
} as const;

const folder = mkdtempSync(join(tmpdir(), "sharewell-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, crypto.randomUUID());
  writeFileSync(path, content);
  return path;
}

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig({}, environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("an operator who starts the service", () => {
  test("without any setting is told each one that is needed, in a line of its own", () => {
    const problems = problemsOf({});
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "SOCIAL_BASE_URL",
      "SOCIAL_ENCRYPTION_KEY",
      "SOCIAL_SESSION_SECRET",
    ]);
    for (const problem of problems) expect(problem).toMatch(/^\S+ is missing: .*[a-z]/);
    expect(problems.join("")).not.toContain("\n");
  });

  test("with the three that are needed gets sensible values for the rest", () => {
    expect(readConfig({}, complete)).toMatchObject({
      signUp: "invitation",
      host: "127.0.0.1",
      port: 4100,
      dataFolder: resolve("data"),
      databaseUrl: undefined,
      trustProxy: false,
      allowedHosts: [],
    });
  });

  test("may leave a setting empty, as env files do", () => {
    const config = readConfig({}, { ...complete, DATABASE_URL: "", SOCIAL_MAIL_URL: "", PORT: "" });
    expect(config).toMatchObject({ databaseUrl: undefined, mailUrl: undefined, port: 4100 });
    expect(problemsOf({ ...complete, SOCIAL_SESSION_SECRET: "" })).toEqual([
      expect.stringContaining("SOCIAL_SESSION_SECRET is missing"),
    ]);
  });

  test("is told about every wrong setting at once", () => {
    const wrong = {
      SOCIAL_BASE_URL: "share.example.com",
      SOCIAL_SIGN_UP: "maybe",
      SOCIAL_TRUST_PROXY: "perhaps",
      SOCIAL_LOG_LEVEL: "loud",
      SOCIAL_LEASE_SECONDS: "0",
      PORT: "70000",
    };
    const names = problemsOf({ ...complete, ...wrong }).map((problem) => problem.split(" ")[0]);
    expect(names.sort()).toEqual(Object.keys(wrong).sort());
  });

  test.each([
    ["SOCIAL_SESSION_SECRET", "too-short-hunter2"],
    ["DATABASE_URL", "mysql://sharewell:hunter2@db.example.com/sharewell"],
    ["SOCIAL_MAIL_URL", "https://ana:hunter2@mail.example.com"],
    ["SOCIAL_BASE_URL", "ftp://ana:hunter2@share.example.com"],
  ])("is told that %s is wrong, without its value", (name, value) => {
    for (const environment of [{ [name]: value }, { [`${name}_FILE`]: fileWith(value), [name]: undefined }]) {
      const problems = problemsOf({ ...complete, ...environment });
      expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} .*(must|at least)`))]);
      expect(problems.join()).not.toContain("hunter2");
    }
  });

  test("may keep any setting in a file, as container engines keep secrets", () => {
    const config = readConfig(
      {},
      {
        SOCIAL_BASE_URL_FILE: fileWith("https://share.example.com\n"),
        SOCIAL_ENCRYPTION_KEY_FILE: fileWith(`${complete.SOCIAL_ENCRYPTION_KEY}\n`),
        SOCIAL_SESSION_SECRET_FILE: fileWith(complete.SOCIAL_SESSION_SECRET),
        SOCIAL_TWITTER_CLIENT_SECRET_FILE: fileWith("of the app\r\n"),
        PORT_FILE: fileWith("4200"),
      },
    );
    expect(config).toMatchObject({
      encryptionKeys: complete.SOCIAL_ENCRYPTION_KEY,
      sessionSecret: complete.SOCIAL_SESSION_SECRET,
      port: 4200,
      platforms: { SOCIAL_TWITTER_CLIENT_SECRET: "of the app" },
    });
    expect(config.baseUrl.href).toBe("https://share.example.com/");
  });

  test("is told which file cannot be read", () => {
    const path = join(folder, "nowhere");
    const problems = problemsOf({ ...complete, DATABASE_URL_FILE: path });
    expect(problems).toEqual([`DATABASE_URL_FILE names a file that cannot be read: ${path}`]);
  });

  test("finds that a value beats a file, and a flag beats both", () => {
    const environment = { ...complete, PORT: "4200", PORT_FILE: fileWith("4300") };
    expect(readConfig({}, environment).port).toBe(4200);
    expect(readConfig({ PORT: "4400" }, environment).port).toBe(4400);
  });

  test("can rely on settings that nothing changes later", () => {
    expect(Object.isFrozen(readConfig({}, complete))).toBe(true);
  });

  test("is told what a bucket for pictures still needs, and how parameters for links look", () => {
    const address = "https://s3.example.com/pictures";
    expect(() => readConfig({}, { ...complete, SOCIAL_PICTURES_S3_URL: address })).toThrow(
      /needs SOCIAL_PICTURES_S3_KEY_ID and SOCIAL_PICTURES_S3_SECRET/,
    );
    expect(problemsOf({ ...complete, SOCIAL_LINK_PARAMETERS: "campaign share" })).toEqual([
      expect.stringContaining("SOCIAL_LINK_PARAMETERS must look like utm_source={network}&utm_medium=social"),
    ]);
  });

  test("is told in plain words what a setting takes, and which half of a pair is missing", () => {
    const wrong = {
      SOCIAL_SETTLE_SECONDS: "abc",
      SOCIAL_LEASE_SECONDS: "0",
      SOCIAL_TRUST_PROXY: "yes",
      SOCIAL_APP_NAME: "x".repeat(61),
      SOCIAL_MAIL_FROM: "foo",
      SOCIAL_LINK_PARAMETERS: "utm_source={netwrk}",
      SOCIAL_BASE_URL: "https://ana:secret@share.example.com",
    };
    expect(problemsOf({ ...complete, ...wrong }).toSorted()).toEqual([
      "SOCIAL_APP_NAME must have at most 60 characters",
      "SOCIAL_BASE_URL must have no name and password in it",
      "SOCIAL_LEASE_SECONDS must be a number from 1 to 86400",
      "SOCIAL_LINK_PARAMETERS must look like utm_source={network}&utm_medium=social, with no other word in braces",
      "SOCIAL_MAIL_FROM must be an email address, or look like Sharewell <share@example.com>",
      "SOCIAL_SETTLE_SECONDS must be a number from 0 to 3600",
      "SOCIAL_TRUST_PROXY must be true or false",
    ]);
    expect(problemsOf({ ...complete, OIDC_CLIENT_ID: "sharewell" })).toEqual([
      "OIDC_ISSUER is missing beside OIDC_CLIENT_ID and OIDC_CLIENT_SECRET",
    ]);
    expect(problemsOf({ ...complete, SOCIAL_PICTURES_S3_SECRET: "secret" })).toEqual([
      "SOCIAL_PICTURES_S3_URL is missing beside the key of its store",
    ]);
  });

  test("lists allowed hosts with commas and blanks", () => {
    const config = readConfig({}, { ...complete, SOCIAL_ALLOWED_HOSTS: " *.localhost:4102, 10.0.0.5 ,," });
    expect(config.allowedHosts).toEqual(["*.localhost:4102", "10.0.0.5"]);
  });
});

describe("whoever starts the demo", () => {
  test("needs no settings, and chooses ports by environment or by flag", () => {
    expect(readDemoSettings({}, {})).toMatchObject({ PORT: 4100, DEMO_BLOG_PORT: 4101 });
    const environment = { PORT: "5100", EMULATOR_MASTODON_PORT: "5102" };
    expect(readDemoSettings({ PORT: "6100" }, environment)).toMatchObject({
      PORT: 6100,
      EMULATOR_MASTODON_PORT: 5102,
      // The others follow the service's own.
      EMULATOR_TWITTER_PORT: 6103,
    });
  });

  test("is told which port is none", () => {
    expect(() => readDemoSettings({ DEMO_BLOG_PORT: "many" }, {})).toThrow(
      "DEMO_BLOG_PORT must be a port number",
    );
  });
});
