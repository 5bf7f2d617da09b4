DROP INDEX "messages_sent";--> statement-breakpoint
CREATE INDEX "messages_sent" ON "messages" USING btree ("sent_channel","sent_id") WHERE recipient_kind <> 'address';