import { Hono } from 'hono';

const WELL_KNOWN = '/.well-known/authzen-configuration';

/** Where the endpoints are; the well-known part stands before the path of an address that has one. */
export const metadataRoutes = (publicUrl: string): Hono => {
  const base = publicUrl.replace(/\/+$/, '');
  const metadata = {
    policy_decision_point: base,
    access_evaluation_endpoint: `${base}/access/v1/evaluation`,
    access_evaluations_endpoint: `${base}/access/v1/evaluations`,
    search_subject_endpoint: `${base}/access/v1/search/subject`,
    search_resource_endpoint: `${base}/access/v1/search/resource`,
    search_action_endpoint: `${base}/access/v1/search/action`,
  };
  const paths = new Set([WELL_KNOWN, `${WELL_KNOWN}${new URL(base).pathname.replace(/\/+$/, '')}`]);
  const routes = new Hono();
  for (const path of paths) {
    routes.get(path, (c) => {
      const id = c.req.header('x-request-id');
      return c.json(metadata, 200, { 'Cache-Control': 'no-store', ...(id ? { 'X-Request-ID': id } : {}) });
    });
  }
  return routes;
};
