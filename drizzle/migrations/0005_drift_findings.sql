CREATE TABLE "baseline_holdings" (
	"organization_id" uuid NOT NULL,
	"principal_id" uuid NOT NULL,
	"role_id" uuid,
	"project_ids" uuid[] NOT NULL,
	"role_ids" uuid[] NOT NULL,
	CONSTRAINT "baseline_holdings_key" PRIMARY KEY("organization_id","principal_id")
);
--> statement-breakpoint
CREATE TABLE "baselines" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"accepted_by" uuid,
	"principals" integer NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drift_runs" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"milliseconds" integer NOT NULL,
	"unreadable" text[] NOT NULL,
	"high" integer NOT NULL,
	"medium" integer NOT NULL,
	"low" integer NOT NULL,
	"rules" jsonb NOT NULL,
	"opened" integer NOT NULL,
	"resolved" integer NOT NULL,
	"members" integer NOT NULL,
	"tokens" integer NOT NULL,
	CONSTRAINT "drift_runs_key" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "finding_questions" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"finding" integer NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_of" uuid NOT NULL,
	"answer" text,
	"note" text,
	"answered_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "finding_questions_key" PRIMARY KEY("organization_id","id"),
	CONSTRAINT "finding_questions_answer" CHECK (answer in ('right', 'wrong'))
);
--> statement-breakpoint
CREATE TABLE "findings" (
	"organization_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"rule" text collate "C" NOT NULL,
	"subject" text collate "C" NOT NULL,
	"severity" smallint NOT NULL,
	"facts" jsonb NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"reason" text,
	"settled_by" uuid,
	"snoozed_until" timestamp with time zone,
	"first_seen" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	"changed_at" timestamp with time zone NOT NULL,
	"told_at" timestamp with time zone,
	CONSTRAINT "findings_key" PRIMARY KEY("organization_id","number"),
	CONSTRAINT "findings_subject" UNIQUE("organization_id","rule","subject"),
	CONSTRAINT "findings_known_state" CHECK (state in ('open', 'snoozed', 'accepted', 'resolved')),
	CONSTRAINT "findings_severity" CHECK (severity between 1 and 3),
	CONSTRAINT "findings_snoozed_until" CHECK ((state = 'snoozed') = (snoozed_until is not null)),
	CONSTRAINT "findings_resolved_at" CHECK ((state = 'resolved') = (resolved_at is not null))
);
--> statement-breakpoint
CREATE TABLE "presences" (
	"platform" text NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"external_id" text collate "C" NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "presences_key" PRIMARY KEY("platform","workspace_id","external_id")
);
--> statement-breakpoint
ALTER TABLE "ledgers" ADD COLUMN "findings" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "principals" ADD COLUMN "last_used_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "last_used_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "baseline_holdings" ADD CONSTRAINT "baseline_holdings_principal" FOREIGN KEY ("organization_id","principal_id") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "baselines" ADD CONSTRAINT "baselines_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drift_runs" ADD CONSTRAINT "drift_runs_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "finding_questions" ADD CONSTRAINT "finding_questions_finding" FOREIGN KEY ("organization_id","finding") REFERENCES "public"."findings"("organization_id","number") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "finding_questions" ADD CONSTRAINT "finding_questions_asked_by" FOREIGN KEY ("organization_id","asked_by") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "finding_questions" ADD CONSTRAINT "finding_questions_asked_of" FOREIGN KEY ("organization_id","asked_of") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "findings" ADD CONSTRAINT "findings_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "findings" ADD CONSTRAINT "findings_settled_by" FOREIGN KEY ("organization_id","settled_by") REFERENCES "public"."principals"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presences" ADD CONSTRAINT "presences_workspace" FOREIGN KEY ("platform","workspace_id") REFERENCES "public"."workspaces"("platform","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "finding_questions_one_open" ON "finding_questions" USING btree ("organization_id","finding","asked_of") WHERE answered_at is null;--> statement-breakpoint
CREATE INDEX "findings_open" ON "findings" USING btree ("organization_id","severity","number") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "principals_inactive" ON "principals" USING btree ("organization_id","id") WHERE state <> 'active';