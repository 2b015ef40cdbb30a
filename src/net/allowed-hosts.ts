/** Hosts that the operator allows in addition to the public internet: with http, on any port, at any address. */

/** An entry of the list is invalid. */
export class AllowedHostsError extends Error {
  override name = "AllowedHostsError";
}

export type IsAllowed = (url: URL) => boolean;

const ENTRY = /^(?<wildcard>\*\.)?(?<host>\[[\da-f:.]+\]|[^\s/:@*?#[\]\\]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * Parses the list of allowed hosts.
 * @param entries `host` or `host:port`; `*.host` stands for all its subdomains
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
      `SOCIAL_ALLOWED_HOSTS: "${entry}" must have the form host, host:port, *.host or *.host:port.`,
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
