/** The error envelope of the Graph APIs: Facebook, Instagram and Threads share it. */
import { z } from "zod";
import type { Answer } from "../call/request.ts";

const text = z.string().optional().catch(undefined);
const envelope = z.object({
  error: z.object({
    message: z.string().catch(""),
    type: text,
    code: z.number(),
    error_subcode: z.number().optional().catch(undefined),
    is_transient: z.boolean().optional().catch(undefined),
    error_user_title: text,
    error_user_msg: text,
    fbtrace_id: text,
  }),
});

export interface GraphError {
  readonly code: number;
  readonly subcode: number | undefined;
  /** For developers, in English. */
  readonly message: string;
  /** For the person, if the network has a message for them. */
  readonly userMessage: string | undefined;
  readonly type: string | undefined;
  readonly isTransient: boolean;
  /** The network's support asks for it. */
  readonly traceId: string | undefined;
}

/** @returns undefined if the answer has no error envelope, for example because a proxy answered */
export function readGraphError(answer: Answer): GraphError | undefined {
  const error = envelope.safeParse(answer.body).data?.error;
  if (error === undefined) return undefined;
  return {
    code: error.code,
    subcode: error.error_subcode,
    message: error.message,
    userMessage: error.error_user_msg ?? error.error_user_title,
    type: error.type,
    isTransient: error.is_transient ?? false,
    traceId: error.fbtrace_id,
  };
}

/** The network's own message for the person, at most 300 characters. */
export function readWords(error: GraphError | undefined): string {
  return (error?.userMessage ?? error?.message ?? "no reason given").slice(0, 300);
}
