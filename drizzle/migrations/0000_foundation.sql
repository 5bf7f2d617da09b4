CREATE TABLE "audit" (
	"organization_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"action" text collate "C" NOT NULL,
	"actor" text collate "C" NOT NULL,
	"target" text collate "C",
	"event" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_key" PRIMARY KEY("organization_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "interactions" (
	"key" text collate "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitation_projects" (
	"organization_id" uuid NOT NULL,
	"invitation_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"role_id" uuid NOT NULL,
	"role_scope" text DEFAULT 'project' NOT NULL,
	CONSTRAINT "invitation_projects_key" PRIMARY KEY("organization_id","invitation_id","project_id","role_id"),
	CONSTRAINT "invitation_projects_role_scope" CHECK (role_scope = 'project')
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"email" text collate "C" NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"role_id" uuid,
	"role_scope" text DEFAULT 'organization' NOT NULL,
	"sso_required" boolean DEFAULT false NOT NULL,
	"inviter_id" uuid NOT NULL,
	"generation" text collate "C" NOT NULL,
	"secret_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"life_seconds" integer NOT NULL,
	"sent_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "invitations_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "invitations_secret_hash" UNIQUE("organization_id","secret_hash"),
	CONSTRAINT "invitations_known_state" CHECK (state in ('pending', 'accepted', 'revoked', 'expired')),
	CONSTRAINT "invitations_role_scope" CHECK (role_scope = 'organization')
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid,
	"platform" text NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"recipient" text collate "C" NOT NULL,
	"recipient_kind" text NOT NULL,
	"notice" text NOT NULL,
	"data" jsonb NOT NULL,
	"subject_id" uuid,
	"state" text DEFAULT 'queued' NOT NULL,
	"sent_channel" text,
	"sent_id" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"error" text,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "messages_known_platform" CHECK (platform in ('slack', 'discord', 'mail')),
	CONSTRAINT "messages_known_recipient" CHECK (recipient_kind in ('channel', 'person', 'address')),
	CONSTRAINT "messages_known_state" CHECK (state in ('queued', 'sent', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "offboardings" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"opened_by" uuid,
	"closed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "offboardings_key" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"default_organization_id" uuid,
	"sequence" bigint DEFAULT 0 NOT NULL,
	"hash" text DEFAULT '' NOT NULL,
	CONSTRAINT "installation_one_row" CHECK (singleton)
);
--> statement-breakpoint
CREATE TABLE "ledgers" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint DEFAULT 0 NOT NULL,
	"hash" text DEFAULT '' NOT NULL,
	"members" integer DEFAULT 0 NOT NULL,
	"invitations" integer DEFAULT 0 NOT NULL,
	"admins" integer NOT NULL,
	"projects" integer DEFAULT 0 NOT NULL,
	"service_accounts" integer DEFAULT 0 NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "ledgers_an_admin_remains" CHECK (admins >= 1),
	CONSTRAINT "ledgers_counts" CHECK (members >= 0 and invitations >= 0 and projects >= 0 and service_accounts >= 0)
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"model" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"organization_id" uuid NOT NULL,
	"key" text collate "C" NOT NULL,
	"value" jsonb NOT NULL,
	CONSTRAINT "settings_key" PRIMARY KEY("organization_id","key")
);
--> statement-breakpoint
CREATE TABLE "members" (
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text DEFAULT 'member' NOT NULL,
	"email" text collate "C" NOT NULL,
	"sso_required" boolean DEFAULT false NOT NULL,
	"external_id" text collate "C",
	"joined_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "members_key" PRIMARY KEY("organization_id","user_id"),
	CONSTRAINT "members_kind" CHECK (kind = 'member')
);
--> statement-breakpoint
CREATE TABLE "principals" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"role_id" uuid,
	"role_until" timestamp with time zone,
	"role_after_id" uuid,
	"role_scope" text DEFAULT 'organization' NOT NULL,
	"user_id" uuid GENERATED ALWAYS AS (case when kind = 'member' then id end) STORED,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "principals_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "principals_kind" UNIQUE("organization_id","id","kind"),
	CONSTRAINT "principals_known_kind" CHECK (kind in ('member', 'service-account', 'token')),
	CONSTRAINT "principals_known_state" CHECK (state in ('active', 'deactivated', 'removed')),
	CONSTRAINT "principals_role_scope" CHECK (role_scope = 'organization'),
	CONSTRAINT "principals_roles_are_for_members" CHECK (role_id is null or kind = 'member'),
	CONSTRAINT "principals_fallback_has_an_end" CHECK (role_after_id is null or role_until is not null)
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"scope" text NOT NULL,
	"name" text collate "C" NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"permissions" text[] NOT NULL,
	"built_in" boolean DEFAULT false NOT NULL,
	"administers" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "roles_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "roles_scope" UNIQUE("organization_id","id","scope"),
	CONSTRAINT "roles_known_scope" CHECK (scope in ('organization', 'project')),
	CONSTRAINT "roles_administer_organizations" CHECK (not administers or scope = 'organization')
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"organization_id" uuid NOT NULL,
	"principal_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"role_id" uuid NOT NULL,
	"role_scope" text DEFAULT 'project' NOT NULL,
	"starts_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"request_id" uuid,
	"reason" text,
	"granted_by" uuid,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "grants_key" PRIMARY KEY("organization_id","principal_id","project_id","role_id"),
	CONSTRAINT "grants_role_scope" CHECK (role_scope = 'project'),
	CONSTRAINT "grants_end_after_start" CHECK (expires_at is null or starts_at is null or expires_at > starts_at)
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text collate "C" NOT NULL,
	"default_role_id" uuid,
	"role_scope" text DEFAULT 'project' NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "projects_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "projects_role_scope" CHECK (role_scope = 'project')
);
--> statement-breakpoint
CREATE TABLE "allowed_namespaces" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assigned_namespaces" (
	"organization_id" uuid NOT NULL,
	"name" text collate "C" NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "assigned_namespaces_key" PRIMARY KEY("organization_id")
);
--> statement-breakpoint
CREATE TABLE "sso_providers" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"issuer" text,
	"client_id" text,
	"client_secret" text
);
--> statement-breakpoint
CREATE TABLE "taken_namespaces" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"organization_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "decisions_key" PRIMARY KEY("organization_id","request_id","user_id"),
	CONSTRAINT "decisions_known" CHECK (decision in ('approved', 'denied'))
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number" integer NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"kind" text DEFAULT 'access' NOT NULL,
	"requester_id" uuid NOT NULL,
	"beneficiary_id" uuid NOT NULL,
	"role_name" text NOT NULL,
	"project_name" text,
	"role_id" uuid,
	"role_scope" text NOT NULL,
	"role_version" integer NOT NULL,
	"project_id" uuid,
	"starts_at" timestamp with time zone,
	"seconds" integer,
	"reason" text DEFAULT '' NOT NULL,
	"content_hash" text NOT NULL,
	"to_operators" boolean DEFAULT false NOT NULL,
	"asked_on" text NOT NULL,
	"asked_in" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"access_ends_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "requests_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "requests_known_state" CHECK (state in ('pending', 'approved', 'denied', 'cancelled', 'expired', 'returned', 'ended')),
	CONSTRAINT "requests_known_kind" CHECK (kind in ('access', 'administrator', 'grant', 'removal')),
	CONSTRAINT "requests_scope" CHECK ((project_name is null) = (role_scope = 'organization'))
);
--> statement-breakpoint
CREATE TABLE "resources" (
	"organization_id" uuid NOT NULL,
	"type" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"id" uuid NOT NULL,
	"project_id" uuid,
	"owner_id" uuid,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "resources_key" PRIMARY KEY("organization_id","type","name"),
	CONSTRAINT "resources_id" UNIQUE("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "service_accounts" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text DEFAULT 'service-account' NOT NULL,
	"name" text collate "C" NOT NULL,
	"responsible_id" uuid,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "service_accounts_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "service_accounts_kind" CHECK (kind = 'service-account')
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text collate "C" NOT NULL,
	"principal_id" uuid NOT NULL,
	"acts_as" text GENERATED ALWAYS AS (case kind when 'organization' then 'token' when 'personal' then 'member' else 'service-account' end) STORED NOT NULL,
	"associated_id" uuid,
	"secret_hash" text NOT NULL,
	"fingerprint" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "tokens_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "tokens_secret_hash" UNIQUE("organization_id","secret_hash"),
	CONSTRAINT "tokens_known_kind" CHECK (kind in ('organization', 'personal', 'service-account')),
	CONSTRAINT "tokens_known_state" CHECK (state in ('active', 'deactivated', 'revoked')),
	CONSTRAINT "tokens_associated_are_organization" CHECK (associated_id is null or kind = 'organization')
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"external_id" text collate "C" NOT NULL,
	"user_id" uuid NOT NULL,
	"linked_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"linked_by" text NOT NULL,
	"unlinked_at" timestamp with time zone,
	CONSTRAINT "accounts_linked_by" CHECK (linked_by in ('code', 'profile', 'setup'))
);
--> statement-breakpoint
CREATE TABLE "current_organizations" (
	"platform" text NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"external_id" text collate "C" NOT NULL,
	"organization_id" uuid NOT NULL,
	CONSTRAINT "current_organizations_key" PRIMARY KEY("platform","workspace_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "link_codes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"email" text collate "C",
	"platform" text,
	"workspace_id" text collate "C",
	"external_id" text collate "C",
	"hash" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"used_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "link_codes_purpose" CHECK (purpose in ('link', 'setup'))
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text collate "C" NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "users_email_folded" CHECK ("users"."email" !~ '[A-Z]' collate "C")
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"platform" text NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"organization_id" uuid NOT NULL,
	"channels" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "connections_key" PRIMARY KEY("platform","workspace_id","organization_id")
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"platform" text NOT NULL,
	"id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "workspaces_key" PRIMARY KEY("platform","id"),
	CONSTRAINT "workspaces_platform" CHECK (platform in ('slack', 'discord'))
);
--> statement-breakpoint
ALTER TABLE "invitation_projects" ADD CONSTRAINT "invitation_projects_invitation" FOREIGN KEY ("organization_id","invitation_id") REFERENCES "public"."invitations"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_projects" ADD CONSTRAINT "invitation_projects_project" FOREIGN KEY ("organization_id","project_id") REFERENCES "public"."projects"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_projects" ADD CONSTRAINT "invitation_projects_role" FOREIGN KEY ("organization_id","role_id","role_scope") REFERENCES "public"."roles"("organization_id","id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_inviter" FOREIGN KEY ("organization_id","inviter_id") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_role" FOREIGN KEY ("organization_id","role_id","role_scope") REFERENCES "public"."roles"("organization_id","id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offboardings" ADD CONSTRAINT "offboardings_member" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."members"("organization_id","user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "installation" ADD CONSTRAINT "installation_default_organization" FOREIGN KEY ("default_organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledgers" ADD CONSTRAINT "ledgers_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settings" ADD CONSTRAINT "settings_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_principal" FOREIGN KEY ("organization_id","user_id","kind") REFERENCES "public"."principals"("organization_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "principals" ADD CONSTRAINT "principals_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "principals" ADD CONSTRAINT "principals_user" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "principals" ADD CONSTRAINT "principals_role" FOREIGN KEY ("organization_id","role_id","role_scope") REFERENCES "public"."roles"("organization_id","id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "principals" ADD CONSTRAINT "principals_role_after" FOREIGN KEY ("organization_id","role_after_id","role_scope") REFERENCES "public"."roles"("organization_id","id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roles" ADD CONSTRAINT "roles_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_principal" FOREIGN KEY ("organization_id","principal_id") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_project" FOREIGN KEY ("organization_id","project_id") REFERENCES "public"."projects"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_role" FOREIGN KEY ("organization_id","role_id","role_scope") REFERENCES "public"."roles"("organization_id","id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_default_role" FOREIGN KEY ("organization_id","default_role_id","role_scope") REFERENCES "public"."roles"("organization_id","id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assigned_namespaces" ADD CONSTRAINT "assigned_namespaces_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sso_providers" ADD CONSTRAINT "sso_providers_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "taken_namespaces" ADD CONSTRAINT "taken_namespaces_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_request" FOREIGN KEY ("organization_id","request_id") REFERENCES "public"."requests"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_requester" FOREIGN KEY ("organization_id","requester_id") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_beneficiary" FOREIGN KEY ("organization_id","beneficiary_id") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_role" FOREIGN KEY ("organization_id","role_id","role_scope") REFERENCES "public"."roles"("organization_id","id","scope") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_project" FOREIGN KEY ("organization_id","project_id") REFERENCES "public"."projects"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resources" ADD CONSTRAINT "resources_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resources" ADD CONSTRAINT "resources_project" FOREIGN KEY ("organization_id","project_id") REFERENCES "public"."projects"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resources" ADD CONSTRAINT "resources_owner" FOREIGN KEY ("organization_id","owner_id") REFERENCES "public"."members"("organization_id","user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_accounts" ADD CONSTRAINT "service_accounts_principal" FOREIGN KEY ("organization_id","id","kind") REFERENCES "public"."principals"("organization_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_accounts" ADD CONSTRAINT "service_accounts_responsible" FOREIGN KEY ("organization_id","responsible_id") REFERENCES "public"."members"("organization_id","user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_principal" FOREIGN KEY ("organization_id","principal_id","acts_as") REFERENCES "public"."principals"("organization_id","id","kind") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_associated" FOREIGN KEY ("organization_id","associated_id") REFERENCES "public"."members"("organization_id","user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "current_organizations" ADD CONSTRAINT "current_organizations_workspace" FOREIGN KEY ("platform","workspace_id") REFERENCES "public"."workspaces"("platform","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_user" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_workspace" FOREIGN KEY ("platform","workspace_id") REFERENCES "public"."workspaces"("platform","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_actor" ON "audit" USING btree ("organization_id","actor","sequence");--> statement-breakpoint
CREATE INDEX "audit_target" ON "audit" USING btree ("organization_id","target","sequence");--> statement-breakpoint
CREATE INDEX "audit_action" ON "audit" USING btree ("organization_id","action","sequence");--> statement-breakpoint
CREATE INDEX "interactions_created_at" ON "interactions" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_one_pending" ON "invitations" USING btree ("organization_id","email") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "messages_subject" ON "messages" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "messages_unsent" ON "messages" USING btree ("created_at") WHERE state = 'queued';--> statement-breakpoint
CREATE UNIQUE INDEX "offboardings_one_open" ON "offboardings" USING btree ("organization_id","user_id") WHERE closed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "organizations_slug" ON "organizations" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "members_email" ON "members" USING btree ("organization_id","email");--> statement-breakpoint
CREATE UNIQUE INDEX "members_external_id" ON "members" USING btree ("organization_id","external_id");--> statement-breakpoint
CREATE INDEX "principals_user_id" ON "principals" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "principals_role_id" ON "principals" USING btree ("organization_id","role_id");--> statement-breakpoint
CREATE INDEX "principals_role_until" ON "principals" USING btree ("role_until") WHERE role_until is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "roles_name" ON "roles" USING btree ("organization_id","scope","name");--> statement-breakpoint
CREATE INDEX "grants_by_project" ON "grants" USING btree ("organization_id","project_id","role_id");--> statement-breakpoint
CREATE INDEX "grants_by_role" ON "grants" USING btree ("organization_id","role_id");--> statement-breakpoint
CREATE INDEX "grants_expires_at" ON "grants" USING btree ("expires_at") WHERE expires_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "projects_name" ON "projects" USING btree ("organization_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_number" ON "requests" USING btree ("organization_id","number");--> statement-breakpoint
CREATE INDEX "requests_requester_id" ON "requests" USING btree ("organization_id","requester_id");--> statement-breakpoint
CREATE INDEX "requests_pending" ON "requests" USING btree ("expires_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "resources_by_owner" ON "resources" USING btree ("organization_id","owner_id","type","name");--> statement-breakpoint
CREATE INDEX "resources_by_project" ON "resources" USING btree ("organization_id","project_id","type","name");--> statement-breakpoint
CREATE UNIQUE INDEX "service_accounts_name" ON "service_accounts" USING btree ("organization_id","name");--> statement-breakpoint
CREATE INDEX "service_accounts_by_responsible" ON "service_accounts" USING btree ("organization_id","responsible_id");--> statement-breakpoint
CREATE INDEX "tokens_by_name" ON "tokens" USING btree ("organization_id","name") WHERE state <> 'revoked';--> statement-breakpoint
CREATE INDEX "tokens_by_principal" ON "tokens" USING btree ("organization_id","principal_id") WHERE state <> 'revoked';--> statement-breakpoint
CREATE INDEX "tokens_by_associated" ON "tokens" USING btree ("organization_id","associated_id") WHERE state <> 'revoked';--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_live" ON "accounts" USING btree ("platform","workspace_id","external_id") WHERE unlinked_at is null;--> statement-breakpoint
CREATE INDEX "accounts_user_id" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "link_codes_account" ON "link_codes" USING btree ("platform","workspace_id","external_id");--> statement-breakpoint
CREATE INDEX "link_codes_hash" ON "link_codes" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "connections_organization_id" ON "connections" USING btree ("organization_id");