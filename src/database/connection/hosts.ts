/** Parses a DATABASE_URL with several hosts, as libpq does. We connect to the host that is writable. */

/** The address is invalid, or asks for something that we do not support. */
class DatabaseUrlError extends Error {
  override name = "DatabaseUrlError";
}

export interface Host {
  readonly host: string;
  readonly port: number;
}

/** Only libpq accepts several hosts in an address. This splits off the part between the user and the path. */
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/i;
/** The values of target_session_attrs that allow writing. */
const WANTED: readonly string[] = ["any", "read-write", "primary"];

/**
 * Splits the hosts from an address.
 * @returns the address with only its first host, and all hosts in order
 * @throws {DatabaseUrlError} whose message never contains the password
 */
export function splitHosts(address: string): { readonly url: string; readonly hosts: readonly Host[] } {
  const [, before = "", list = "", after = ""] = PARTS.exec(address) ?? [];
  const entries = list.split(",").map((entry) => entry.trim());
  const first = entries[0] ?? "";
  const url = before + first + after;
  if (!URL.canParse(url))
    throw new DatabaseUrlError("must look like postgres://user:password@host:5432/name");
  const { searchParams } = new URL(url);
  if (["host", "port"].some((name) => searchParams.get(name)?.includes(",")))
    throw new DatabaseUrlError(
      "names several hosts after the question mark: write them before it, like postgres://user:password@one:5432,two:5432/name",
    );
  const wanted = searchParams.get("target_session_attrs");
  if (wanted !== null && !WANTED.includes(wanted))
    throw new DatabaseUrlError(
      `asks for a server that is ${wanted}, but Sharewell needs a writable one (target_session_attrs=read-write)`,
    );
  return { url, hosts: entries.length === 1 ? [] : entries.map(readHost) };
}

/** @returns what is wrong with the address, or undefined if it is valid */
export function complaintOf(address: string): string | undefined {
  try {
    splitHosts(address);
    return undefined;
  } catch (error) {
    return error instanceof DatabaseUrlError ? error.message : "is not a valid address";
  }
}

/** @throws {DatabaseUrlError} */
function readHost(entry: string): Host {
  const url = URL.parse(`postgres://${entry}`);
  if (url === null || url.hostname === "" || url.username !== "")
    throw new DatabaseUrlError("has an invalid host in its list: write them like one:5432,two:5432");
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || 5432) };
}
