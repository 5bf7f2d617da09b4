CREATE TABLE "stored_actions" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"organization_id" uuid,
	"action" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "departures" (
	"platform" text NOT NULL,
	"workspace_id" text collate "C" NOT NULL,
	"external_id" text collate "C" NOT NULL,
	"left_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "departures_key" PRIMARY KEY("platform","workspace_id","external_id")
);
--> statement-breakpoint
ALTER TABLE "stored_actions" ADD CONSTRAINT "stored_actions_organization" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "departures" ADD CONSTRAINT "departures_workspace" FOREIGN KEY ("platform","workspace_id") REFERENCES "public"."workspaces"("platform","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "stored_actions_created_at" ON "stored_actions" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "stored_actions_organization_id" ON "stored_actions" USING btree ("organization_id");