"""Working days counted in a statement: the same as `days.Days.shift`, which a test holds against it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION calendars_shift(p_firm bigint, p_site bigint, p_day date, p_count integer, p_holidays date[]) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE kept calendars_workingcalendar; moved date := p_day; steps integer := abs(p_count); is_on boolean;
        step integer := CASE WHEN p_count < 0 THEN -1 ELSE 1 END;
BEGIN
    IF p_day IS NULL OR p_count IS NULL THEN RETURN NULL; END IF;
    SELECT * INTO kept FROM calendars_workingcalendar c
    WHERE c.organization_id = p_firm AND (c.site_id = p_site OR c.site_id IS NULL) ORDER BY c.site_id NULLS LAST LIMIT 1;
    IF NOT FOUND THEN RETURN p_day + p_count; END IF;
    IF step < 0 THEN moved := moved - 1; END IF;
    IF step < 0 AND steps = 0 THEN RETURN p_day; END IF;
    FOR looked IN 1..3700 LOOP
        SELECT d.is_working INTO is_on FROM calendars_calendarday d WHERE d.calendar_id = kept.id AND d.day = moved;
        IF NOT FOUND THEN
            is_on := extract(isodow FROM moved) = ANY (kept.weekdays)
                AND NOT (kept.has_holidays AND moved = ANY (p_holidays));
        END IF;
        IF is_on THEN
            IF steps = 0 OR (step < 0 AND steps = 1) THEN RETURN moved; END IF;
            steps := steps - 1;
        END IF;
        moved := moved + step;
    END LOOP;
    RETURN p_day + p_count;
END $$;

REVOKE ALL ON FUNCTION calendars_shift(bigint, bigint, date, integer, date[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION calendars_shift(bigint, bigint, date, integer, date[]) TO app, app_system;
"""
BACKWARD = "DROP FUNCTION calendars_shift(bigint, bigint, date, integer, date[]);"


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_working_calendars")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
