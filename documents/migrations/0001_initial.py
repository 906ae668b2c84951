import django.core.serializers.json
import django.db.models.deletion
import documents.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('sites', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, verbose_name='series')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('last_number', models.PositiveIntegerField(default=0, verbose_name='last number')),
            ],
            options={
                'verbose_name': 'series',
                'verbose_name_plural': 'series',
                'constraints': [models.UniqueConstraint(fields=('code', 'year'), name='series_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='sites.programme', verbose_name='programme')),
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record')], max_length=30, verbose_name='kind')),
                ('series', models.CharField(max_length=20, verbose_name='series')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('sites', models.ManyToManyField(related_name='documents', to='sites.site', verbose_name='sites')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('is_public', models.BooleanField(default=False, verbose_name='public')),
                ('readers', models.ManyToManyField(blank=True, help_text='Who reads an internal paper beside the city.', related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='readers')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='withdrawn on')),
                ('withdrawn_why', models.TextField(blank=True, verbose_name='why it was withdrawn')),
                ('verification_code', models.CharField(default=documents.models.new_verification_code, editable=False, max_length=12, unique=True, verbose_name='verification code')),
                ('state', models.CharField(choices=[('queued', 'waiting to be made'), ('rendering', 'being made'), ('ready', 'ready'), ('failed', 'failed')], default='queued', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='requested at')),
                ('sent_at', models.DateTimeField(help_text='Empty while the queue cannot be reached.', null=True, verbose_name='handed to the queue at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='taken up at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times taken up')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='', verbose_name='file')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('context', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='frozen contents')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ['-issued_on', '-pk'],
                'indexes': [models.Index(fields=['state', 'sent_at'], name='documents_d_state_c0ad3a_idx'), models.Index(fields=['finished_at'], name='documents_d_finishe_fafa77_idx'), models.Index(fields=['programme', '-issued_on', '-id', 'is_public', 'kind'], name='document_register'), models.Index(fields=['-issued_on', '-id'], name='documents_d_issued__dc2a84_idx')],
                'constraints': [models.UniqueConstraint(fields=('series', 'year', 'number'), name='document_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='document_ready_has_file'), models.CheckConstraint(condition=models.Q(('withdrawn_on', None), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='document_withdrawn_has_reason')],
            },
        ),
    ]
