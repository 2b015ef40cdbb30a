/** The Unix socket of the embedded PostgreSQL. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SOCKET_NAME = "/.s.PGSQL.5432";
/** The longest path of a Unix socket in bytes (sun_path, without the final NUL). */
const SOCKET_PATH_LIMIT = 107;

export function socketFolder(folder: string): string {
  const beside = join(folder, "socket");
  if (Buffer.byteLength(beside + SOCKET_NAME) <= SOCKET_PATH_LIMIT) return beside;
  return join(tmpdir(), `sharewell-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`);
}

/**
 * Whether any process listens on this socket. The kernel knows, even if that process is frozen or in another container.
 */
export async function hasListener(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    return !["ENOENT", "ENOTDIR", "ECONNREFUSED"].includes(String((error as NodeJS.ErrnoException).code));
  } finally {
    socket.destroy();
  }
}
