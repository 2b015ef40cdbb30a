/** The hosts that the operator allows beside the public internet: they may be plain http, on any port, at any address. */

/** An entry of the list cannot be understood. */
export class AllowedHostsError extends Error {
  override name = "AllowedHostsError";
}

export type IsAllowed = (url: URL) => boolean;

const ENTRY = /^(?<wildcard>\*\.)?(?<host>\[[\da-f:.]+\]|[^\s/:@*?#[\]\\]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * @param entries each `host` or `host:port`; `*.host` stands for every name below it
 * @throws {AllowedHostsError}
 */
export function readAllowedHosts(entries: readonly string[]): IsAllowed {
  const tests = entries.map(readEntry);
  return (url) => tests.some((test) => test(url));
}

function readEntry(entry: string): IsAllowed {
  const { wildcard, host, port } = ENTRY.exec(entry)?.groups ?? {};
  const name = host === undefined ? undefined : URL.parse(`http://${host}/`)?.hostname;
  if (name === undefined) {
    throw new AllowedHostsError(
      `SOCIAL_ALLOWED_HOSTS: "${entry}" is none of host, host:port, *.host and *.host:port.`,
    );
  }
  return (url) => {
    const asked = url.hostname.replace(/\.$/, "");
    const isNamed = wildcard === undefined ? asked === name : asked.endsWith(`.${name}`);
    return isNamed && (port === undefined || Number(port) === portOf(url));
  };
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}
