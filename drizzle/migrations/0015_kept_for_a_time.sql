ALTER TABLE "review_items" DROP CONSTRAINT "review_items_known_state";--> statement-breakpoint
CREATE INDEX "drift_reports_created_at" ON "drift_reports" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "drift_runs_at" ON "drift_runs" USING btree ("at");--> statement-breakpoint
CREATE INDEX "findings_resolved" ON "findings" USING btree ("resolved_at") WHERE state = 'resolved';--> statement-breakpoint
CREATE INDEX "messages_created_at" ON "messages" USING btree ("created_at");--> statement-breakpoint
ALTER TABLE "review_items" ADD CONSTRAINT "review_items_known_state" CHECK (state in ('open', 'kept', 'removed', 'ended', 'gone', 'unanswered', 'not-asked'));