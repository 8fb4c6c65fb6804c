import { stackParts, workloadsOf } from '../components/stack-parts.ts';
import { sentence } from '../lib/sentence.ts';
import { isThisMachine } from '../platforms/kinds.ts';
import { clientRanges } from '../platforms/kubernetes/network.ts';
import { pageAnnotations } from '../platforms/kubernetes/options.ts';
import type { Workload } from '../platforms/workload.ts';
import {
  checkPolicies,
  describeFinding,
  type Finding,
  groupFindings,
  ingressPage,
  machinePage,
  namespacePage,
  type PageFacts,
  pagersOf,
  rangePage,
  routePage,
  sender,
} from '../policies/index.ts';
import { kubernetesOptions } from './addressing.ts';
import { withEffects } from './effects.ts';
import type { RenderedFiles } from './files.ts';
import { scrapedJobs, shortWindows } from './intervals.ts';
import { hasDefaultPassword, type Settings } from './settings/index.ts';
import { secretValues } from './settings/secrets.ts';
import { currentSilences } from './silences.ts';
import { sizedWorkloads } from './sizes.ts';
import type { TransformedStack } from './transformation.ts';

/** A mandatory policy is violated. Nothing has been touched when it is thrown. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/**
 * Holds a planned stack against the policies.
 * @returns the advisory findings.
 * @throws PolicyError with every mandatory one.
 */
export function enforcePolicies(plan: TransformedStack, files: RenderedFiles): readonly string[] {
  const findings = policyFindings(plan, files);
  const said = (level: Finding['level']) =>
    groupFindings(findings.filter((finding) => finding.level === level)).map(describeFinding);
  const mandatory = said('mandatory');
  if (mandatory.length > 0) {
    throw new PolicyError(
      `Policies are violated, and nothing was changed.\n${mandatory.map((line) => `  - ${sentence(line)}`).join('\n')}`,
    );
  }
  return said('advisory');
}

/**
 * What a planned stack violates, with what its transform makes of it, mandatory findings first.
 * @param policies levels, limits and exemptions. Default: those of the stack.
 */
export function policyFindings(
  plan: TransformedStack,
  files: RenderedFiles,
  policies = plan.settings.policies,
): readonly Finding[] {
  const { settings, transformation } = plan;
  const workloads = isThisMachine(settings.platform)
    ? []
    : sizedWorkloads(settings, workloadsOf(stackParts(plan)));
  const findings = checkPolicies(
    {
      production: settings.production,
      rules: files.ruleSet,
      alertmanager: files.alertmanagerConfig,
      sent: sender(files.prometheus),
      silences: currentSilences(settings),
      shortWindows: shortWindows(settings, files.ruleSet),
      pagers: pagersOf(settings.notifications),
      // An operator's Prometheus does not read these settings.
      retention: settings.operator === undefined ? settings.prometheus.retention.time : undefined,
      retentionSize: settings.operator === undefined ? settings.prometheus.retention.size : undefined,
      scraped: scrapedJobs(settings),
      workloads,
      pages: pagesOf(settings, workloads),
      files: {
        'prometheus.yml': files.prometheus,
        ...files.rules,
        ...files.alertmanager,
        ...files.provisioning,
        ...files.dashboards,
      },
      defaultPassword: hasDefaultPassword(settings),
      secrets: secretValues(settings),
    },
    policies,
  );
  if (transformation === undefined) return findings;
  const known = {
    settings,
    rules: files.ruleSet,
    silences: currentSilences(settings),
    shortWindows: shortWindows(settings, files.ruleSet),
    scraped: scrapedJobs(settings),
  };
  return withEffects(findings, transformation, known, policies);
}

/** The pages that a stack opens to people. */
function pagesOf(settings: Settings, workloads: readonly Workload[]): readonly PageFacts[] {
  const published = workloads.filter(({ ports }) => ports.some((port) => port.published === true));
  if (settings.platform === 'docker')
    return published.map(({ name }) => machinePage(name, settings.docker.publishAddress));
  const options = kubernetesOptions(settings);
  const { ingress, gateway, clientNamespaces = [], clientCidrs = [] } = options;
  return published.flatMap((workload) => {
    const { name } = workload;
    const [host, route] = [ingress?.hosts[name], gateway?.hosts[name]];
    const named = [
      ...(host === undefined
        ? []
        : [ingressPage(name, host, pageAnnotations(ingress ?? {}, name), ingress?.className)]),
      ...(route === undefined
        ? []
        : [routePage(name, route, pageAnnotations(gateway ?? {}, name), gateway?.filtersOf?.[name])]),
    ];
    const behind = named.find(({ asks }) => !asks) ?? named[0];
    return [
      ...named,
      ...clientNamespaces.map((namespace) => namespacePage(name, namespace)),
      ...clientRanges(workload, { ...options, clientCidrs }).map((cidr) => rangePage(name, cidr, behind)),
    ];
  });
}
