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
        ('standards', '0001_initial'),
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
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('team_notice', 'Notice on the inspection teams'), ('introduction_letter', 'Letter of introduction'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('commendation_decision', 'Commendation decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('result_sheet', 'Result sheet of a unit'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record'), ('minutes', 'Minutes of the leading group'), ('upward_report', 'Report to the autonomous region')], max_length=30, verbose_name='kind')),
                ('series', models.CharField(max_length=20, verbose_name='series')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('sites', models.ManyToManyField(related_name='documents', to='sites.site', verbose_name='sites')),
                ('grounds', models.ManyToManyField(blank=True, related_name='documents', to='standards.ground', verbose_name='grounds it cites')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('is_public', models.BooleanField(default=False, verbose_name='public')),
                ('readers', models.ManyToManyField(blank=True, help_text='Who reads an internal paper beside the city.', related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='readers')),
                ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='withdrawn on')),
                ('withdrawn_why', models.TextField(blank=True, verbose_name='why it was withdrawn')),
                ('copies_printed', models.PositiveIntegerField(default=0, verbose_name='copies printed')),
                ('copies_given', models.PositiveIntegerField(default=0, editable=False, verbose_name='copies handed out')),
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
                'constraints': [models.UniqueConstraint(fields=('series', 'year', 'number'), name='document_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='document_ready_has_file'), models.CheckConstraint(condition=models.Q(('withdrawn_on', None), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='document_withdrawn_has_reason'), models.CheckConstraint(condition=models.Q(('copies_given__lte', models.F('copies_printed'))), name='document_copies_given_were_printed')],
            },
        ),
        migrations.CreateModel(
            name='CopyShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receiver', models.CharField(max_length=100, verbose_name='handed out to')),
                ('number', models.PositiveIntegerField(verbose_name='number of copies')),
                ('given_on', models.DateField(verbose_name='handed out on')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='documents.document', verbose_name='document')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed out by')),
            ],
            options={
                'verbose_name': 'printed copies',
                'verbose_name_plural': 'printed copies',
                'ordering': ['given_on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('document', 'receiver'), name='copies_once_a_receiver'), models.CheckConstraint(condition=models.Q(('receiver', ''), _negated=True), name='copies_have_receiver')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_copy', models.BooleanField(default=False, verbose_name='copy for information')),
                ('delivered_on', models.DateField(verbose_name='delivered on')),
                ('due_on', models.DateField(verbose_name='to be signed for by')),
                ('due_counted', models.TextField(verbose_name='how the day was counted')),
                ('received_on', models.DateField(blank=True, null=True, verbose_name='received on')),
                ('receiver', models.CharField(blank=True, max_length=40, verbose_name='received on paper by')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='documents.document', verbose_name='document')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='accounts.organisation', verbose_name='organisation')),
                ('received_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signed for by')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'receipt',
                'verbose_name_plural': 'receipts',
                'ordering': ['document', 'is_copy', 'pk'],
                'indexes': [models.Index(fields=['received_on', 'due_on'], name='documents_r_receive_734a55_idx')],
                'constraints': [models.UniqueConstraint(fields=('document', 'organisation'), name='receipt_once_an_organisation'), models.CheckConstraint(condition=models.Q(models.Q(('received_by', None), ('received_on', None), ('receiver', ''), ('recorded_by', None)), models.Q(('received_by__isnull', False), ('received_on__isnull', False), ('receiver', ''), ('recorded_by', None)), models.Q(('received_by', None), ('received_on__isnull', False), ('recorded_by__isnull', False), models.Q(('receiver', ''), _negated=True)), _connector='OR'), name='receipt_signed_or_recorded'), models.CheckConstraint(condition=models.Q(('received_on', None), ('received_on__gte', models.F('delivered_on')), _connector='OR'), name='receipt_after_delivery')],
            },
        ),
        migrations.CreateModel(
            name='Instruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='text')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='to be answered by')),
                ('given_on', models.DateField(verbose_name='given on')),
                ('taken_back_on', models.DateField(blank=True, null=True, verbose_name='taken back on')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instructions', to='documents.document', verbose_name='document')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='given by')),
            ],
            options={
                'verbose_name': 'instruction',
                'verbose_name_plural': 'instructions',
                'ordering': ['-given_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='InstructionAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, verbose_name='how it was acted upon')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='answered on')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('instruction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='documents.instruction', verbose_name='instruction')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document', verbose_name='paper that shows it')),
            ],
            options={
                'verbose_name': 'answer to an instruction',
                'verbose_name_plural': 'answers to instructions',
                'ordering': ['instruction', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='instruction_says_something'),
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.CheckConstraint(condition=models.Q(('due_on', None), ('due_on__gte', models.F('given_on')), _connector='OR'), name='instruction_due_after_given'),
        ),
        migrations.AddConstraint(
            model_name='instruction',
            constraint=models.CheckConstraint(condition=models.Q(('taken_back_on', None), ('taken_back_on__gte', models.F('given_on')), _connector='OR'), name='instruction_taken_back_after_given'),
        ),
        migrations.AddConstraint(
            model_name='instructionanswer',
            constraint=models.UniqueConstraint(fields=('instruction', 'organisation'), name='answer_once_an_organisation'),
        ),
        migrations.AddConstraint(
            model_name='instructionanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_by', None), ('answered_on', None), ('paper', None), ('text', '')), models.Q(models.Q(('text', ''), _negated=True), ('answered_by__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='instruction_answer_whole_or_none'),
        ),
    ]
