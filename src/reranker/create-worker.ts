/** A page with `require-trusted-types-for 'script'` takes a worker's URL from a policy only. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptPolicy;
}
interface ScriptPolicy {
  createScriptURL(url: string): string;
}

/** Never given out: no other script can have its URLs trusted by it. */
let policy: ScriptPolicy | undefined;

function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy('case-matcher', { createScriptURL: (own) => own });
  return policy?.createScriptURL(url) ?? url;
}

/** A module worker from a script of our own build. */
export function createWorker(url: string): Worker {
  return new Worker(trusted(url), { type: 'module', name: 'case-matcher' });
}

/** Registers the service worker of our own build for the pages under `scope`. */
export async function registerServiceWorker(url: string, scope: string): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(trusted(url), { scope });
}
