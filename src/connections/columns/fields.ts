/** Copying a shape field by field so that the compiler finds every copy when the shape gains a field. */
import type { z } from "zod";

/** Every field of `T` by name; `undefined` stands for one that is absent. */
export type EveryField<T> = { readonly [Field in keyof Required<T>]: T[Field] };

/** A schema for every field of `T`, no more and no fewer. */
export type SchemaOf<T> = { readonly [Field in keyof Required<T>]: z.ZodType<T[Field]> };

/** What is left of an object once all its fields were taken out. */
export type NoField = Readonly<Record<string, never>>;

/** Builds a `T`, leaving out the fields that are undefined. */
export function fromFields<T extends object>(fields: EveryField<T>): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
