DROP INDEX "messages_subject";--> statement-breakpoint
DROP INDEX "tokens_by_principal";--> statement-breakpoint
DROP INDEX "tokens_by_member";--> statement-breakpoint
CREATE INDEX "invitations_by_email" ON "invitations" USING btree ("organization_id","email","created_at");--> statement-breakpoint
CREATE INDEX "messages_failed" ON "messages" USING btree ("created_at") WHERE state = 'failed';--> statement-breakpoint
CREATE INDEX "tokens_active_by_member" ON "tokens" USING btree ("organization_id","member_id","expires_at","id") WHERE state = 'active';--> statement-breakpoint
CREATE INDEX "accounts_ever" ON "accounts" USING btree ("external_id","workspace_id","platform");--> statement-breakpoint
CREATE INDEX "messages_subject" ON "messages" USING btree ("subject_id","created_at");--> statement-breakpoint
CREATE INDEX "tokens_by_principal" ON "tokens" USING btree ("organization_id","principal_id");--> statement-breakpoint
CREATE INDEX "tokens_by_member" ON "tokens" USING btree ("organization_id","member_id") WHERE state <> 'revoked';