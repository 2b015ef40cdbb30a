/** The Unix socket of the embedded PostgreSQL. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const SOCKET_NAME = "/.s.PGSQL.5432";
/** Bytes that the kernel allows for a Unix socket's path (sun_path), less its end mark. */
const SOCKET_PATH_LIMIT = 107;

export function socketFolder(folder: string): string {
  const beside = join(folder, "socket");
  if (Buffer.byteLength(beside + SOCKET_NAME) <= SOCKET_PATH_LIMIT) return beside;
  return join(tmpdir(), `sharewell-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`);
}

/**
 * Whether anybody has this socket open, asked of the kernel: it knows, though that process stands still or is one of another
 * container.
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
