export interface InvitationOffer {
  organization: { slug: string; name: string };
  inviter: string;
  role: string | null;
  projects: readonly { name: string; role: string }[];
  expiresAt: Date;
  sso: boolean;
  email: string;
}

export interface Accepted {
  organization: { slug: string; name: string };
  member: { email: string; role: string | null; state: string };
  projects: readonly { name: string; role: string }[];
}

/** What the core does with an invitation's secret. Both throw `DomainError`. */
export interface InvitationVerbs {
  show(input: { token: string }): Promise<InvitationOffer>;
  accept(input: { token: string }): Promise<Accepted>;
}
