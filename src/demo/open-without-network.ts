/** A page with Trusted Types takes the address of a service worker from a policy alone. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/**
 * Registers the service worker of the build, as any host can for the folder that it lies in: this page and the element
 * then open with no server. Where that cannot be had (a plain http address, a private window) all else works as before.
 */
export function openWithoutNetwork(): void {
  // From source there is no build that could be kept.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('desk', { createScriptURL: (url) => url });
  const url = './service-worker.js';
  navigator.serviceWorker.register(policy?.createScriptURL(url) ?? url).catch(() => {});
}
