DROP INDEX "invitations_due";--> statement-breakpoint
CREATE INDEX "invitations_due" ON "invitations" USING btree ("organization_id","expires_at","id") WHERE state = 'pending';