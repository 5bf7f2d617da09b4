CREATE TABLE "baseline_touches" (
	"organization_id" uuid NOT NULL,
	"principal_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "baseline_touches_key" PRIMARY KEY("organization_id","principal_id","at")
);
--> statement-breakpoint
ALTER TABLE "baselines" ADD COLUMN "taken" boolean DEFAULT true NOT NULL;