"""Own field templates: label, control, help and error, tied together for screen readers."""

from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    field_template_name = "ui/_field.html"
    form_template_name = "ui/_form.html"
