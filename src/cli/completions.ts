/** `sharewell completions SHELL`: completions of commands and options for a shell. */
import { type Command, readArguments, UsageError } from "./command.ts";
import type { CommandEntry } from "./commands.ts";

type Commands = readonly CommandEntry[];

const namesOf = (commands: Commands) => commands.map(({ name }) => name).join(" ");
/** The fixed arguments of a command; a placeholder in capitals has none. */
const knownWords = ({ word }: CommandEntry) =>
  word === undefined || word === word.toUpperCase() ? [] : word.split("|");
/** Completions after a command: its fixed arguments and its options. */
const wordsOf = (command: CommandEntry) =>
  [...knownWords(command), ...command.options.map(({ flag }) => flag)].join(" ");
const quoted = (text: string) => `'${text.replaceAll("'", "’")}'`;

const shells: Readonly<Record<string, (commands: Commands) => string>> = {
  bash: (commands) => `# source <(sharewell completions bash)
_sharewell() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${namesOf(commands)} help" -- "$word"))
    return
  fi
  if [ "\${COMP_WORDS[COMP_CWORD-1]}" = --data ]; then
    COMPREPLY=($(compgen -d -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands
  .map((command) => `    ${command.name}) COMPREPLY=($(compgen -W "${wordsOf(command)}" -- "$word")) ;;`)
  .join("\n")}
    help) COMPREPLY=($(compgen -W "${namesOf(commands)}" -- "$word")) ;;
  esac
}
complete -F _sharewell sharewell`,
  zsh: (commands) => `#compdef sharewell
# source <(sharewell completions zsh)
_sharewell() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join("\n")}
      'help:show help'
    )
    _describe command commands
    return
  fi
  if [[ "\${words[CURRENT-1]}" == --data ]]; then
    _files -/
    return
  fi
  case "\${words[2]}" in
${commands.map((command) => `    ${command.name}) compadd -- ${wordsOf(command)} ;;`).join("\n")}
    help) compadd -- ${namesOf(commands)} ;;
  esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _sharewell sharewell`,
  fish: (commands) =>
    [
      "# sharewell completions fish | source",
      "complete -c sharewell -f",
      ...commands.map(
        ({ name, summary }) =>
          `complete -c sharewell -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ),
      "complete -c sharewell -n __fish_use_subcommand -a help -d 'show help'",
      `complete -c sharewell -n '__fish_seen_subcommand_from help' -a '${namesOf(commands)}'`,
      ...commands.flatMap((command) => completeInFish(command)),
    ].join("\n"),
};

function completeInFish(command: CommandEntry): string[] {
  const { name, options } = command;
  const line = `complete -c sharewell -n '__fish_seen_subcommand_from ${name}'`;
  return [
    ...knownWords(command).map((word) => `${line} -a ${word}`),
    ...options.map(({ flag, value, says }) => {
      const takes =
        value === undefined ? "" : value === "DIR" ? " -x -a '(__fish_complete_directories)'" : " -x";
      return `${line} -l ${flag.slice(2)}${takes} -d ${quoted(says)}`;
    }),
  ];
}

export function createCompletions(commands: Commands): Command {
  return async (args) => {
    const [shell = ""] = readArguments(args, { words: 1 }).words;
    const write = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (write === undefined) throw new UsageError("Name a shell: `sharewell completions bash`, zsh or fish.");
    console.log(write(commands));
  };
}
