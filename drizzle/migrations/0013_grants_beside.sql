ALTER TABLE "drift_differences" SET UNLOGGED;
--> statement-breakpoint
CREATE FUNCTION note_grant_beside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.beside := EXISTS (
    SELECT FROM grants g
    WHERE g.organization_id = NEW.organization_id AND g.principal_id = NEW.principal_id
      AND g.project_id = NEW.project_id AND g.role_id <> NEW.role_id);
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER grants_beside BEFORE INSERT OR UPDATE OF organization_id, principal_id, project_id, role_id ON "grants"
  FOR EACH ROW EXECUTE FUNCTION note_grant_beside();
--> statement-breakpoint
UPDATE "grants" g SET "beside" = true WHERE EXISTS (
  SELECT FROM grants o
  WHERE o.organization_id = g.organization_id AND o.principal_id = g.principal_id
    AND o.project_id = g.project_id AND o.role_id <> g.role_id);
