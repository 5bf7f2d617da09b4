ALTER TABLE "messages" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "principals" ADD COLUMN "role_warn_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "opens_version" integer;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "barred" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "warn_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "messages_sent" ON "messages" USING btree ("sent_channel","sent_id") WHERE subject_id is not null;--> statement-breakpoint
CREATE INDEX "messages_held" ON "messages" USING btree ("held_at") WHERE held_at is not null;--> statement-breakpoint
CREATE INDEX "principals_role_warn_at" ON "principals" USING btree ("role_warn_at") WHERE role_warn_at is not null;--> statement-breakpoint
CREATE INDEX "grants_to_open" ON "grants" USING btree ("organization_id") WHERE opens_version is not null;--> statement-breakpoint
CREATE INDEX "grants_warn_at" ON "grants" USING btree ("warn_at") WHERE warn_at is not null;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_opened_are_not_barred" CHECK (opens_version is not null or not barred);