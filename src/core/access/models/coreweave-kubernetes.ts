import type { KubernetesRule } from '../model.ts';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const core = (resources: readonly string[], verbs: readonly string[]): KubernetesRule => ({
  apiGroups: [''],
  resources,
  verbs,
});

const virtualServers = (verbs: readonly string[]): KubernetesRule => ({
  apiGroups: ['virtualservers.coreweave.com'],
  resources: ['virtualservers'],
  verbs,
});

/** Whoever may create one of these in a pod runs commands in it, so they belong to writing pods. */
const INTO_PODS = ['pods/attach', 'pods/exec', 'pods/portforward'];

/** What CoreWeave's permissions mean in a namespace. `w:full` has no rules of its own: it carries every `w:`. */
export const coreweaveKubernetes: Readonly<Record<string, readonly KubernetesRule[]>> = {
  'r:pods': [core(['pods', 'pods/log', 'pods/status'], READ)],
  'r:services': [core(['services'], READ)],
  'r:secrets': [core(['secrets'], READ)],
  'r:storage': [core(['persistentvolumeclaims'], READ)],
  'r:virtual-servers': [virtualServers(READ)],
  'w:pods': [core(['pods'], WRITE), core(INTO_PODS, ['create'])],
  'w:services': [core(['services'], WRITE)],
  'w:secrets': [core(['secrets'], WRITE)],
  'w:storage': [core(['persistentvolumeclaims'], WRITE)],
  'w:virtual-servers': [virtualServers(WRITE)],
};
