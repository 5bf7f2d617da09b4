CREATE TABLE "role_policies" (
	"organization_id" uuid NOT NULL,
	"role" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"value" jsonb NOT NULL,
	CONSTRAINT "role_policies_key" PRIMARY KEY("organization_id","role","key")
);
--> statement-breakpoint
ALTER TABLE "decisions" DROP CONSTRAINT "decisions_known";--> statement-breakpoint
ALTER TABLE "requests" DROP CONSTRAINT "requests_known_kind";--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "content_hash" text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE "decisions" SET "content_hash" = r."content_hash" FROM "requests" r WHERE r."organization_id" = "decisions"."organization_id" AND r."id" = "decisions"."request_id";--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "change" jsonb;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "escalated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "reviewed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "role_policies" ADD CONSTRAINT "role_policies_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "requests_pending_in" ON "requests" USING btree ("organization_id") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "requests_unreviewed" ON "requests" USING btree ("organization_id") WHERE kind = 'break-glass' and reviewed_at is null;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_known" CHECK (decision in ('approved', 'denied', 'justified', 'not-justified'));--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_change_is_stored" CHECK ((kind = 'change') = (change is not null));--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_known_kind" CHECK (kind in ('access', 'administrator', 'grant', 'removal', 'change', 'break-glass'));