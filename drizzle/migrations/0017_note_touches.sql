CREATE FUNCTION note_touched_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO baseline_touches (organization_id, principal_id, at)
  SELECT b.organization_id, coalesce(NEW.principal_id, OLD.principal_id), clock_timestamp()
  FROM baselines b WHERE b.organization_id = coalesce(NEW.organization_id, OLD.organization_id)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER grants_touched AFTER INSERT OR DELETE OR UPDATE OF role_id, starts_at, expires_at, barred, opens_version ON "grants"
  FOR EACH ROW EXECUTE FUNCTION note_touched_grant();
--> statement-breakpoint
CREATE FUNCTION note_touched_principal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO baseline_touches (organization_id, principal_id, at)
  SELECT b.organization_id, NEW.id, clock_timestamp() FROM baselines b WHERE b.organization_id = NEW.organization_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER principals_touched AFTER INSERT OR UPDATE OF state, role_id, role_until, role_after_id ON "principals"
  FOR EACH ROW EXECUTE FUNCTION note_touched_principal();
--> statement-breakpoint
INSERT INTO "baseline_touches" ("organization_id", "principal_id", "at")
SELECT p.organization_id, p.id, clock_timestamp() FROM "principals" p
JOIN "baselines" b ON b.organization_id = p.organization_id;
