import { expect, onTestFinished, test } from "vitest";
import { ConfigError, readConfig } from "../../src/config/config.ts";
import { generateKey } from "../../src/vault/fernet.ts";
import { createVisitor } from "../harness/people/visitor.ts";
import { startTestService } from "../harness/services/service.ts";

async function ask(settings: Readonly<Record<string, string>>): Promise<Response> {
  const service = await startTestService(settings);
  onTestFinished(() => service.stop());
  return await createVisitor(service).get("/.well-known/security.txt");
}

test("who found a weakness reads whom to tell, the preferred way first, without signing in", async () => {
  const answer = await ask({
    SOCIAL_SECURITY_CONTACT: "mailto:security@example.com, https://example.com/report",
    SOCIAL_SECURITY_POLICY: "https://example.com/policy",
    SOCIAL_SECURITY_LANGUAGES: "en,de",
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")?.toLowerCase()).toBe("text/plain; charset=utf-8");
  const lines = (await answer.text()).trimEnd().split("\n");
  const { origin } = new URL(answer.url);
  expect(lines.filter((line) => !line.startsWith("Expires: "))).toEqual([
    "Contact: mailto:security@example.com",
    "Contact: https://example.com/report",
    `Canonical: ${origin}/.well-known/security.txt`,
    "Policy: https://example.com/policy",
    "Preferred-Languages: en, de",
  ]);
  const expires = lines
    .filter((line) => line.startsWith("Expires: "))
    .map((line) => Date.parse(line.slice(9)));
  expect(expires).toHaveLength(1);
  const days = ((expires[0] ?? 0) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(300);
  expect(days).toBeLessThan(365);
});

test("where the operator named nobody there is no such file", async () => {
  expect((await ask({})).status).toBe(404);
});

test.each([
  "security@example.com",
  "http://example.com/report",
  "javascript:alert(1)",
  "mailto:nobody",
  "mailto:a@example.com\nContact: mailto:b@example.com",
  "https://",
  "tel:mother",
])("%j is told to be no contact at start", (contact) => {
  const start = () =>
    readConfig(
      { SOCIAL_SECURITY_CONTACT: `mailto:a@example.com,${contact}` },
      {
        SOCIAL_BASE_URL: "https://share.example.com",
        SOCIAL_ENCRYPTION_KEY: generateKey(),
        SOCIAL_SESSION_SECRET: generateKey(),
      },
    );
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(/^SOCIAL_SECURITY_CONTACT must be addresses like mailto:/);
});
