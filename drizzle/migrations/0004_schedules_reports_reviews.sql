CREATE TABLE "drift_reports" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"slot" timestamp with time zone,
	"asked_by" uuid,
	"fingerprint" text NOT NULL,
	"facts" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "drift_reports_key" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "review_items" (
	"organization_id" uuid NOT NULL,
	"review_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"user_id" uuid NOT NULL,
	"email" text collate "C" NOT NULL,
	"role_id" uuid NOT NULL,
	"role_name" text NOT NULL,
	"project_id" uuid,
	"project_name" text,
	"granted_at" timestamp with time zone,
	"granted_by" text,
	"request" text,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"state" text DEFAULT 'open' NOT NULL,
	"decided_by" uuid,
	"decided_by_email" text,
	"decided_at" timestamp with time zone,
	"restored_at" timestamp with time zone,
	"restored_by_email" text,
	CONSTRAINT "review_items_key" PRIMARY KEY("organization_id","review_id","number"),
	CONSTRAINT "review_items_known_state" CHECK (state in ('open', 'kept', 'removed', 'ended', 'gone', 'unanswered'))
);
--> statement-breakpoint
CREATE TABLE "reviewers" (
	"organization_id" uuid NOT NULL,
	"review_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"card_id" uuid NOT NULL,
	CONSTRAINT "reviewers_key" PRIMARY KEY("organization_id","review_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number" integer NOT NULL,
	"project" text,
	"started_by" uuid,
	"slot" timestamp with time zone,
	"ends_at" timestamp with time zone NOT NULL,
	"warned" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "reviews_key" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"organization_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"cron" text NOT NULL,
	"timezone" text NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"last_slot" timestamp with time zone,
	"done_at" timestamp with time zone,
	CONSTRAINT "schedules_key" PRIMARY KEY("organization_id","kind"),
	CONSTRAINT "schedules_known_kind" CHECK (kind in ('drift-report', 'review'))
);
--> statement-breakpoint
ALTER TABLE "drift_reports" ADD CONSTRAINT "drift_reports_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_items" ADD CONSTRAINT "review_items_review" FOREIGN KEY ("organization_id","review_id") REFERENCES "public"."reviews"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_items" ADD CONSTRAINT "review_items_member" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."members"("organization_id","user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviewers" ADD CONSTRAINT "reviewers_review" FOREIGN KEY ("organization_id","review_id") REFERENCES "public"."reviews"("organization_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviewers" ADD CONSTRAINT "reviewers_member" FOREIGN KEY ("organization_id","user_id") REFERENCES "public"."members"("organization_id","user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "drift_reports_slot" ON "drift_reports" USING btree ("organization_id","slot");--> statement-breakpoint
CREATE INDEX "review_items_open" ON "review_items" USING btree ("organization_id","review_id","number") WHERE state = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_number" ON "reviews" USING btree ("organization_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_slot" ON "reviews" USING btree ("organization_id","slot");--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_one_open" ON "reviews" USING btree ("organization_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "reviews_ends_at" ON "reviews" USING btree ("ends_at") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "schedules_next_at" ON "schedules" USING btree ("next_at");