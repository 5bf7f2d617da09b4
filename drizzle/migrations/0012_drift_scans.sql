CREATE TABLE "drift_differences" (
	"organization_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"rule" text collate "C" NOT NULL,
	"subject" text collate "C" NOT NULL,
	"severity" smallint NOT NULL,
	"facts" jsonb,
	"began" timestamp with time zone NOT NULL,
	CONSTRAINT "drift_differences_key" PRIMARY KEY("organization_id","run_id","position")
);
--> statement-breakpoint
DROP INDEX "tokens_by_associated";--> statement-breakpoint
DROP INDEX "principals_inactive";--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "beside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "member_id" uuid GENERATED ALWAYS AS (case kind when 'personal' then principal_id else associated_id end) STORED;--> statement-breakpoint
CREATE INDEX "invitations_by_age" ON "invitations" USING btree ("organization_id","created_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "invitations_by_inviter" ON "invitations" USING btree ("organization_id","inviter_id") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "members_sso_required" ON "members" USING btree ("organization_id","user_id") WHERE sso_required;--> statement-breakpoint
CREATE INDEX "grants_beside" ON "grants" USING btree ("organization_id","principal_id","project_id") WHERE beside;--> statement-breakpoint
CREATE INDEX "tokens_by_member" ON "tokens" USING btree ("organization_id","member_id","state","expires_at","id") WHERE state <> 'revoked';--> statement-breakpoint
CREATE INDEX "tokens_by_end" ON "tokens" USING btree ("organization_id","expires_at") WHERE state = 'active';--> statement-breakpoint
CREATE INDEX "principals_inactive" ON "principals" USING btree ("organization_id","state","kind","id") WHERE state <> 'active';