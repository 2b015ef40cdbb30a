/** The faults that the control API plans for the next calls of an endpoint. */
import { z } from "zod";

const faultSchema = z.discriminatedUnion("kind", [
  /** Answers this without handling the call. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(200).max(599),
    body: z.json().optional(),
    html: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** Handles the call after a delay. */
  z.strictObject({ kind: z.literal("delay"), ms: z.int().min(0).max(600_000) }),
  /**
   * Breaks the connection, or answers 504, and handles the call so many seconds later by the network's clock, like a
   * queue that continues after the caller has given up.
   */
  z.strictObject({
    kind: z.literal("late"),
    seconds: z.number().min(0).max(86_400),
    answer: z.enum(["none", "504"]).default("none"),
  }),
  /** Breaks the connection before the call is handled, or after it was handled and stored. */
  z.strictObject({ kind: z.literal("drop"), when: z.enum(["before", "after"]) }),
  /**
   * Handles and stores, then breaks the connection in the answer: in its first line, right after its head, in the
   * middle of its body, or one byte before its end.
   */
  z.strictObject({
    kind: z.literal("cut"),
    at: z.enum(["first-line", "head", "middle", "last-byte"]).default("middle"),
  }),
  /** Handles and stores, then answers this instead. */
  z.strictObject({
    kind: z.literal("status-after"),
    status: z.int().min(200).max(599),
    body: z.json().optional(),
  }),
  /** Ends the call's token right before the call is handled. */
  z.strictObject({ kind: z.literal("expire-token") }),
  z.strictObject({ kind: z.literal("revoke-token") }),
  /** The network's 429 with its rate headers, or bare HTML as from a proxy. */
  z.strictObject({ kind: z.literal("rate-limit"), headers: z.boolean() }),
]);
export type Fault = z.infer<typeof faultSchema>;

export const plannedFaultSchema = z.strictObject({
  /** Method and route pattern, as the call log shows them: "DELETE /api/v1/statuses/:id". */
  endpoint: z.string().regex(/^[A-Z]+ [/*]/, 'write it as "POST /api/v1/statuses"'),
  times: z.int().min(1).max(10_000).default(1),
  fault: faultSchema,
});
export type PlannedFault = z.infer<typeof plannedFaultSchema>;
