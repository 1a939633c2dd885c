// Secrets on the command line work, with a warning. Here they are taken out of what others on this machine can see of it.
import { HIDDEN, Redactor } from '../observe/redactor.ts';

/** Options whose value is a secret whatever it looks like. */
const SECRET_OPTIONS = ['--auth'];

const forms = new Redactor();

/** The arguments as everybody may see them; the same ones where none holds a secret. */
export function withoutSecrets(args: readonly string[]): readonly string[] {
  return args.map((arg, at) => {
    const [option = '', value] = arg.split(/=(.*)/s, 2);
    if (SECRET_OPTIONS.includes(args[at - 1] ?? '')) return HIDDEN;
    return value !== undefined && SECRET_OPTIONS.includes(option) ? `${option}=${HIDDEN}` : forms.clean(arg);
  });
}

/**
 * Before anything else: what `ps` shows of this process holds no secret from here on, and a diagnostic report, which somebody asked Node
 * for, neither the environment nor, since it repeats the command line as it was typed, any: then there is none.
 */
export function hideTypedSecrets(args: readonly string[]): void {
  const { report } = process;
  report.excludeEnv = true;
  const shown = withoutSecrets(args);
  if (shown.every((arg, at) => arg === args[at])) return;
  process.title = ['tunnelkit', ...shown].join(' ');
  Object.assign(report, { reportOnFatalError: false, reportOnUncaughtException: false, reportOnSignal: false });
}

/** What to tell who typed them: others may have seen them before they were hidden, and a shell keeps them in its history. */
export function warnings(args: readonly string[]): readonly string[] {
  const shown = withoutSecrets(args);
  const where = 'on the command line can be seen by others on this machine';
  const typed = (of: RegExp) => args.some((arg, at) => arg !== shown[at] && of.test(arg));
  return [
    ...(typed(/\btoken=/) ? [`warning: a join link ${where}; \`tunnelkit login -\` reads it from stdin`] : []),
    ...(args.some((arg) => /^--auth(=|$)/.test(arg))
      ? [`warning: a password ${where}; a configuration file hides it`]
      : []),
  ];
}
