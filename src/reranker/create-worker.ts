/** A page with `require-trusted-types-for 'script'` takes a worker's URL from a policy only. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptPolicy;
}
interface ScriptPolicy {
  createScriptURL(url: string): string;
}

/** Never given out: no other script can have its URLs trusted by it. */
let policy: ScriptPolicy | undefined;

/** A module worker from a script of our own build. */
export function createWorker(url: string): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('case-matcher', { createScriptURL: (own) => own });
  return new Worker(policy?.createScriptURL(url) ?? url, { type: 'module', name: 'case-matcher' });
}
