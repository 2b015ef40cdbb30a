/** All guards that `npm run weaken` removes. The security guards are here. */
import type { Guard } from "./guard.ts";
import { stopGuards } from "./stop-guards.ts";

export const guards: readonly Guard[] = [
  {
    name: "the budget of steps for the JSON-LD of a page",
    cuts: [
      {
        file: "src/pages/reading/json-ld.ts",
        from: "const MOST_STEPS = 20_000;",
        to: "const MOST_STEPS = 2_000_000_000;",
      },
      {
        file: "src/pages/reading/json-ld.ts",
        from: "value.slice(0, MOST.images).flatMap(",
        to: "value.flatMap(",
      },
    ],
    tests: ["test/pages/hostile.test.ts"],
  },
  {
    name: "the look at a picture's first bytes",
    cuts: [
      {
        file: "src/pictures/open.ts",
        from: 'if (kind === undefined) return "unusable";',
        to: "",
      },
      {
        file: "src/pictures/open.ts",
        from: "const kind = readKind(bytes);",
        to: 'const kind = readKind(bytes) ?? "png";',
      },
      {
        file: "src/pictures/picture-process.ts",
        from: "sharp.block(",
        to: "void (",
      },
    ],
    tests: ["test/pictures/open.test.ts"],
  },
  {
    name: "turns in having pages read",
    cuts: [
      {
        file: "src/pages/visit/turns.ts",
        from: "if (holds < free && (next === undefined || holds < next.holds))",
        to: "if (next === undefined)",
      },
    ],
    tests: ["test/pages/turns.test.ts", "test/web/guards/strangers.test.ts"],
  },
  {
    name: "the bound on the fields of a form",
    cuts: [
      {
        file: "src/web/guards/form-bounds.ts",
        from: "countMarkers(Buffer.from(await c.req.arrayBuffer()), marker) > MOST_FIELDS",
        to: "countMarkers(Buffer.from(await c.req.arrayBuffer()), marker) > 1_000_000",
      },
    ],
    tests: ["test/web/guards/strangers.test.ts"],
  },
  {
    name: "a redirect address of its own for each server",
    cuts: [
      {
        file: "src/connections/oauth/authorize.ts",
        from: "return issuerKey === keyOf(issuer) && (",
        to: "return (",
      },
    ],
    tests: ["test/connections/mix-up.test.ts"],
  },
  {
    name: "the comparison of iss",
    cuts: [
      {
        file: "src/connections/oauth/authorize.ts",
        from: "(iss === undefined || isSameIssuer(iss, issuer))",
        to: "true",
      },
    ],
    tests: ["test/connections/mix-up.test.ts"],
  },
  {
    name: "the press that connecting and signing in elsewhere take",
    cuts: [
      {
        file: "src/web/guards/own-press.ts",
        from: 'if (c.req.header("sec-fetch-site") !== "same-origin") return false;',
        to: "if (from !== undefined) return true;",
      },
    ],
    tests: ["test/web/connections/connect.test.ts", "test/web/sign-in/sign-in-provider.test.ts"],
  },
  {
    name: "the question to the domain that a handle names",
    cuts: [
      {
        file: "src/platforms/mastodon/handle.ts",
        from: "if (pointer === undefined || originOf(new URL(pointer.actor)) !== claim.origin) return false;",
        to: "if (pointer === undefined || claim.origin !== undefined) return true;",
      },
    ],
    tests: ["test/platforms/mastodon/mastodon.test.ts"],
  },
  {
    name: "http and https as the only links",
    cuts: [
      {
        file: "src/platforms/posts/web-address.ts",
        from: '(protocol === "https:" || protocol === "http:") &&',
        to: 'protocol !== "" &&',
      },
    ],
    tests: ["test/platforms/posts/web-address.test.ts", "test/web/guards/stored-links.test.ts"],
  },
  {
    name: "the site within which a page is believed what it calls itself",
    cuts: [
      {
        file: "src/pages/page.ts",
        from: "canonical !== undefined && isSameSite(canonical, url) && ",
        to: "canonical !== undefined && ",
      },
    ],
    tests: ["test/pages/identity.test.ts"],
  },
  {
    name: "the age of what Meta signed",
    cuts: [
      {
        file: "src/platforms/meta/signed-request.ts",
        from: "if (age > LIFETIME_MS + SKEW_MS || age < -SKEW_MS) return undefined;",
        to: "if (Number.isNaN(age)) return undefined;",
      },
    ],
    tests: ["test/platforms/meta/signed-request.test.ts"],
  },
  {
    name: "the end of an account that a stranger made",
    cuts: [
      {
        file: "src/people/sign-up/address-proof.ts",
        from: 'account: found.predatesProofs ? "former" : "stranger\'s"',
        to: 'account: "own"',
      },
    ],
    tests: ["test/people/sign-up/address-proof.test.ts"],
  },
  {
    name: "the operator who must be left",
    cuts: [
      {
        file: "src/people/operators.ts",
        from: 'await takeLock(transaction, "operators");',
        to: "",
      },
    ],
    tests: ["test/people/operators.test.ts"],
  },
  {
    name: "an app's code that counts once",
    cuts: [
      {
        file: "src/people/second-factor/codes.ts",
        from: ".where(and(eq(twoFactors.id, factor.id), or(isNull(twoFactors.lastStep), lt(twoFactors.lastStep, step))))",
        to: ".where(eq(twoFactors.id, factor.id))",
      },
    ],
    tests: ["test/people/second-factor/codes.test.ts"],
  },
  {
    name: "the end of trusted browsers with the sessions",
    cuts: [
      {
        file: "src/people/ending.ts",
        from: "await transaction.delete(trustedBrowsers).where(eq(trustedBrowsers.userId, personId));",
        to: "",
      },
    ],
    tests: ["test/people/endings.test.ts"],
  },
  {
    name: "the confirmation before what is for the person alone",
    cuts: [
      {
        file: "src/people/sign-in/proof.ts",
        from: "return now.getTime() - provedAt.getTime() < PROOF_MINUTES * 60_000;",
        to: "return now.getTime() >= provedAt.getTime() - 86_400_000;",
      },
    ],
    tests: ["test/people/sign-in/proof.test.ts"],
  },
  {
    name: "limits by the network that an address is in",
    cuts: [
      {
        file: "src/limits/address.ts",
        from: "const [, inBrackets, beforePort] = /^\\[([^\\]]*)\\](?::\\d{1,5})?$|^([\\d.]+):\\d{1,5}$/.exec(bare) ?? [];",
        to: "const [inBrackets, beforePort]: (string | undefined)[] = [];",
      },
    ],
    tests: ["test/limits/address.test.ts", "test/web/guards/limits.test.ts"],
  },
  {
    name: "the database's client that sends no NUL",
    cuts: [
      {
        file: "src/database/connection/careful-client.ts",
        from: "Array.isArray(parameters) ? toStorableParameters(parameters) : parameters",
        to: "parameters",
      },
    ],
    tests: ["test/database/storable.test.ts", "test/web/guards/input.test.ts"],
  },
  {
    name: "the hash over each event of the record",
    cuts: [
      {
        file: "src/operation/audit/audit-walk.ts",
        from: "if (hash === hashEvent(this.last?.hash ?? BEGINNING, event, { ...event, digest })) return undefined;",
        to: "if (hash !== null) return undefined;",
      },
    ],
    tests: ["test/operation/audit-chain.test.ts"],
  },
  ...stopGuards,
];
