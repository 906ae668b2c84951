import datetime

import desk.deadlines.kinds
from core.create_together import CreateTogether
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('assessments', '0001_initial'),
        ('documents', '0001_initial'),
        ('sites', '0001_initial'),
    ]

    operations = [CreateTogether([
        migrations.CreateModel(
            name='ReminderRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=desk.deadlines.kinds.kind_choices, editable=False, max_length=20, unique=True, verbose_name='kind')),
                ('is_on', models.BooleanField(default=True, verbose_name='reminders go out')),
                ('lead_days', models.JSONField(default=list, help_text='Each a reminder, the longest first.', verbose_name='working days ahead')),
                ('text', models.CharField(max_length=200, verbose_name='text before the date')),
                ('late_text', models.CharField(blank=True, max_length=200, verbose_name='text after the date')),
                ('district_after', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days overdue until the district is told')),
                ('office_after', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days overdue until the municipal office is told')),
                ('leading_group_after', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days overdue until the leading group is told')),
            ],
            options={
                'verbose_name': 'rule of reminders',
                'verbose_name_plural': 'rules of reminders',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('district_after', None), ('office_after', None), ('office_after__gte', models.F('district_after')), _connector='OR'), models.Q(('district_after', None), ('leading_group_after', None), ('leading_group_after__gte', models.F('district_after')), _connector='OR'), models.Q(('office_after', None), ('leading_group_after', None), ('leading_group_after__gte', models.F('office_after')), _connector='OR')), name='reminder_rule_ascends')],
            },
        ),
        migrations.CreateModel(
            name='ArchiveCodes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fonds', models.CharField(blank=True, max_length=10, verbose_name='fonds number')),
                ('category', models.CharField(default='WS', max_length=10, verbose_name='code of the category')),
                ('department', models.CharField(blank=True, max_length=10, verbose_name='code of the department or matter')),
            ],
            options={
                'verbose_name': 'codes of the archives',
                'verbose_name_plural': 'codes of the archives',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='archive_codes_only_once')],
            },
        ),
        migrations.CreateModel(
            name='Dossier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dossiers', to='sites.programme', verbose_name='programme')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dossiers', to='sites.site', verbose_name='site')),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='district')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for at')),
                ('on', models.DateField(verbose_name='on')),
                ('state', models.CharField(choices=[('queued', 'waiting to be made'), ('making', 'being made'), ('ready', 'ready'), ('failed', 'failed'), ('deleted', 'deleted')], default='queued', max_length=10, verbose_name='state')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='parts done')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='parts')),
                ('sent_at', models.DateTimeField(help_text='Empty while the queue cannot be reached.', null=True, verbose_name='handed to the queue at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='taken up at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times taken up')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='', verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('rights', models.JSONField(default=dict, verbose_name='what the asker might see')),
            ],
            options={
                'verbose_name': 'dossier',
                'verbose_name_plural': 'dossiers',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['state', 'sent_at'], name='desk_dossie_state_910440_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('site__isnull', True), ('district__isnull', True), _connector='OR'), name='dossier_of_a_site_or_a_district_or_a_campaign'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='dossier_ready_has_file'), models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'making'))), fields=('asked_by', 'site'), name='dossier_one_waits_per_site'), models.UniqueConstraint(condition=models.Q(('state__in', ('queued', 'making'))), fields=('asked_by', 'programme', 'district'), name='dossier_one_waits_per_district'), models.UniqueConstraint(condition=models.Q(('district', None), ('site', None), ('state__in', ('queued', 'making'))), fields=('asked_by', 'programme'), name='dossier_one_waits_per_campaign')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=desk.deadlines.kinds.kind_choices, max_length=20, verbose_name='kind')),
                ('key', models.CharField(max_length=40, verbose_name='record')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('rung', models.CharField(choices=[('ahead', 'those who have to act, before the date'), ('late', 'those who have to act, after the date'), ('district', "the district's office"), ('office', 'the municipal office'), ('leading_group', 'the leading group')], max_length=15, verbose_name='told')),
                ('lead_days', models.PositiveSmallIntegerField(default=0, help_text='0 once the date is over.', verbose_name='working days ahead')),
                ('on', models.DateField(verbose_name='on')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('people', models.PositiveIntegerField(default=0, verbose_name='people told')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reminded by')),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sites.site', verbose_name='site')),
                ('filing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sites.filing', verbose_name='list')),
            ],
            options={
                'verbose_name': 'reminder',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('by', None)), fields=('kind', 'key', 'due_on', 'rung', 'lead_days'), name='reminded_once_a_rung'), models.UniqueConstraint(condition=models.Q(('by__isnull', False)), fields=('kind', 'key', 'due_on', 'on'), name='reminded_by_hand_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='StepsDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(null=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Touched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='sites.programme')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='sites.site')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OpenStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, choices=[('leading_group', 'leading group'), ('office', 'municipal office'), ('district', 'district office'), ('inspector', 'inspector'), ('liaison', 'liaison'), ('system_admin', 'system administrator'), ('security_admin', 'security administrator'), ('auditor', 'auditor')], max_length=20)),
                ('named', models.BooleanField(default=False)),
                ('what', models.CharField(max_length=200)),
                ('url', models.CharField(max_length=200)),
                ('since', models.DateField(null=True)),
                ('due', models.DateField(default=datetime.date(9999, 12, 31))),
                ('by', models.CharField(blank=True, choices=[('decide', 'determine for the district'), ('file', 'file the list'), ('send_back', 'send back'), ('review', 'give the preliminary review'), ('determine', 'determine'), ('set_aside', 'set aside at the determination'), ('withdraw', 'take off the list'), ('agree_plan', 'agree the work plan'), ('submit_self_assessment', 'submit the self-assessment'), ('sign_inspection', 'sign the inspection'), ('unlock_inspection', 'unlock the inspection'), ('verify_rectification', 'verify the rectification'), ('pass_acceptance', 'pass at acceptance'), ('fail_acceptance', 'fail at acceptance'), ('reopen', 'reopen for rectification'), ('announce', 'announce publicly'), ('withdraw_notice', 'withdraw the notice'), ('uphold_objection', 'uphold an objection'), ('name', 'name the site'), ('warn', 'warn'), ('restore', 'restore'), ('revoke', 'revoke the naming'), ('recall_decision', "take the district's determination back"), ('lapse', "change the list: the district's determination is void"), ('recall_list', 'take the filing back'), ('recall_review', 'take the preliminary review back'), ('recall_self', 'take the self-assessment back')], max_length=30)),
                ('own_due', models.DateField(null=True)),
                ('knows_letter', models.BooleanField(null=True)),
                ('right_until', models.DateField(null=True)),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_steps', to='sites.filing')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_steps', to='sites.site')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='assessments.team')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation')),
            ],
            options={
                'ordering': ['due', 'since', 'pk'],
                'indexes': [models.Index(fields=['due', 'since', 'id'], name='open_step_urgency'), models.Index(fields=['role', 'due', 'since', 'id'], name='open_step_of_role'), models.Index(fields=['right_until'], name='open_step_right_until')],
            },
        ),
        migrations.CreateModel(
            name='UpwardReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('figures', models.JSONField(default=list, verbose_name='figures')),
                ('as_of', models.DateField(verbose_name='counted on')),
                ('practice', models.TextField(verbose_name='what was done and how')),
                ('problems', models.TextField(verbose_name='problems')),
                ('next_steps', models.TextField(verbose_name='next steps')),
                ('sent_on', models.DateField(blank=True, null=True, verbose_name='sent on')),
                ('sent_how', models.CharField(blank=True, max_length=100, verbose_name='how it was sent')),
                ('document', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='upward_report', to='documents.document', verbose_name='document')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('phase', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='upward_report', to='sites.phase', verbose_name='phase')),
            ],
            options={
                'verbose_name': 'report upward',
                'verbose_name_plural': 'reports upward',
                'ordering': ['phase'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_how', ''), ('sent_on', None)), models.Q(('document__isnull', False), ('sent_on__isnull', False), models.Q(('sent_how', ''), _negated=True)), _connector='OR'), name='upward_report_sent_once_issued')],
            },
        ),
    ])]
