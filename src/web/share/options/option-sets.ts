/** The options that a form offers: one set for all accounts of a network, or one each where they differ. */
import { findAccounts } from "../../../connections/account-search.ts";
import { type Connection, handleOf } from "../../../connections/connection.ts";
import { type PlatformName, type PostOption, readOptions, spellOut } from "../../../platforms/platform.ts";
import { areAttached } from "../../../sharing/pictures/choice.ts";
import {
  findLastOptions,
  type GivenOptions,
  listOptions,
  readChosen,
} from "../../../sharing/requests/options.ts";
import type { WebContext } from "../../guards/context.ts";
import { FEW } from "../measure.ts";
import type { Picker } from "../picker/picker.ts";
import { type FewAccounts, isPicker } from "../share-accounts.tsx";
import type { Draft } from "../share-draft.tsx";

export interface OptionChoice {
  readonly option: PostOption;
  /** As the form shows it: what cannot be used is kept to be mended. */
  readonly value: string | boolean;
  readonly isRefused: boolean;
  /** Nobody has chosen it: it is what the page says. */
  readonly isGuessed: boolean;
}

export interface OptionSet {
  /** The connection's id or the network's name. */
  readonly of: string;
  readonly platform: PlatformName;
  /** Absent where it is for all accounts of the network. */
  readonly handle?: string;
  /** The ids of the accounts that it is for. Empty where they are too many to be named. */
  readonly accounts: readonly string[];
  readonly choices: readonly OptionChoice[];
  /** Each account may keep what was chosen for it last. */
  readonly keepsLast?: true;
}

/**
 * Returns the sets for a form, with what the draft says, else with the last choice for each account.
 * @param guess the language of the page, ISO 639-1
 */
export async function findOptionSets(
  c: WebContext,
  accounts: FewAccounts | Picker,
  draft: Draft,
  guess?: string,
): Promise<readonly OptionSet[]> {
  if (isPicker(accounts)) return await findSetsAmongMany(c, accounts, draft, guess);
  const single = await findSingleSets(c, accounts.connections, draft, guess);
  const networks = Map.groupBy(single, ({ platform }) => platform);
  return [...networks].flatMap(([platform, sets]) => {
    const [first] = sets;
    const isOne = sets.length === 1 || draft.apart === platform || sets.some((set) => !isAlike(set, first));
    if (isOne || first === undefined) return sets;
    const { choices } = first;
    return [{ of: platform, platform, choices, accounts: sets.flatMap((set) => set.accounts) }];
  });
}

function isAlike(one: OptionSet, other: OptionSet | undefined): boolean {
  return JSON.stringify(one.choices) === JSON.stringify(other?.choices);
}

async function findSingleSets(
  { var: { runtime } }: WebContext,
  connections: readonly Connection[],
  draft: Draft,
  guess?: string,
): Promise<OptionSet[]> {
  const last = await findLastOptions(runtime, runtime.database, connections);
  return connections.flatMap((connection) => {
    const { id, platform, account } = connection;
    const options = listOptions(runtime, connection);
    const { values, refused } = readChosen(runtime, connection, draft, last.get(id));
    const given = { ...draft.networkOptions?.[platform], ...draft.ownOptions?.[id] };
    const choices = toChoices(offeredOf(options, draft), { given, values, refused }, guess);
    const set = { of: id, platform, handle: handleOf(account), accounts: [id], choices };
    return choices.length === 0 ? [] : [set];
  });
}

/** Sets for the networks, and for accounts that have something of their own. */
async function findSetsAmongMany(
  c: WebContext,
  { networks }: Picker,
  draft: Draft,
  guess?: string,
): Promise<OptionSet[]> {
  const { runtime, person } = c.var;
  const named = Object.keys(draft.ownOptions ?? {}).slice(0, FEW);
  const single = await findSingleSets(c, await findAccounts(runtime, person, named), draft);
  const available = runtime.platforms.availablePlatforms();
  const whole = networks.flatMap(({ platform }): OptionSet[] => {
    const given = draft.networkOptions?.[platform];
    // Accounts that were chosen for one by one keep what they have.
    if (given === undefined && single.some((set) => set.platform === platform)) return [];
    const about = available.find(({ name }) => name === platform)?.about;
    const options = offeredOf(about?.options ?? [], draft);
    const choices = toChoices(options, { given: given ?? {}, ...readOptions(options, given ?? {}) }, guess);
    const isUnsaid = ({ option: { kind, name } }: OptionChoice) =>
      kind === "choice" && (given?.[name] ?? "") === "";
    const shown = choices.map((choice) => (isUnsaid(choice) ? { ...choice, value: "" } : choice));
    return choices.length === 0
      ? []
      : [{ of: platform, platform, accounts: [], choices: shown, keepsLast: true }];
  });
  return [...whole, ...single];
}

interface Read extends ReturnType<typeof readOptions> {
  readonly given: GivenOptions;
}

function toChoices(
  options: readonly PostOption[],
  { given, values, refused }: Read,
  guess?: string,
): OptionChoice[] {
  const all = spellOut(options, values);
  return options.map((option) => {
    const { kind, name } = option;
    const isRefused = refused.includes(option);
    const isGuessed = kind === "language" && guess !== undefined && given[name] === undefined;
    const written = kind === "text" && isRefused ? given[name] : undefined;
    return { option, value: written ?? (isGuessed ? guess : all[name]) ?? "", isRefused, isGuessed };
  });
}

/** What has an effect only on posts with pictures is offered with them. */
function offeredOf(options: readonly PostOption[], { pictures }: Draft): readonly PostOption[] {
  return areAttached(pictures) ? options : options.filter(({ needs }) => needs === undefined);
}

/** Says whether a value cannot be used. */
export function isRefused(sets: readonly OptionSet[]): boolean {
  return sets.some(({ choices }) => choices.some((choice) => choice.isRefused));
}

/** Returns the draft with what the sets of its form show; as it is where these are not known yet. */
export function fillOptions(draft: Draft, sets: readonly OptionSet[] | undefined): Draft {
  if (sets === undefined) return draft;
  const ownOptions: Record<string, GivenOptions> = {};
  const networkOptions: Partial<Record<PlatformName, GivenOptions>> = {};
  for (const { of, platform, handle, choices } of sets) {
    const given = Object.fromEntries(choices.map(({ option, value }) => [option.name, value]));
    if (handle === undefined) networkOptions[platform] = given;
    else ownOptions[of] = given;
  }
  return { ...draft, ownOptions, networkOptions };
}
