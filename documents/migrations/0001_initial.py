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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('team_notice', 'Notice on the inspection teams'), ('introduction_letter', 'Letter of introduction'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_notice', "Notice of an acceptance's result"), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('commendation_decision', 'Commendation decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('result_sheet', 'Result sheet of a unit'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record'), ('minutes', 'Minutes of the leading group'), ('upward_report', 'Report to the autonomous region')], max_length=30, verbose_name='kind')),
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
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='documents.document', verbose_name='replaced by')),
                ('replaced_by_number', models.CharField(blank=True, editable=False, max_length=40, verbose_name='number of what stands in its place')),
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
                ('damaged_at', models.DateTimeField(null=True, verbose_name='its stored file was last found lost or changed at')),
                ('context', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='frozen contents')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ['-issued_on', '-pk'],
                'indexes': [models.Index(fields=['state', 'sent_at'], name='documents_d_state_c0ad3a_idx'), models.Index(fields=['finished_at'], name='documents_d_finishe_fafa77_idx'), models.Index(condition=models.Q(('damaged_at__isnull', False)), fields=['damaged_at'], name='document_damaged'), models.Index(fields=['sha256'], name='document_sha256'), models.Index(fields=['programme', '-issued_on', '-id', 'is_public', 'kind'], name='document_register'), models.Index(fields=['-issued_on', '-id'], name='documents_d_issued__dc2a84_idx')],
                'constraints': [models.UniqueConstraint(fields=('series', 'year', 'number'), name='document_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='document_ready_has_file'), models.CheckConstraint(condition=models.Q(('withdrawn_on', None), models.Q(('withdrawn_why', ''), _negated=True), _connector='OR'), name='document_withdrawn_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('replaced_by', None), ('replaced_by_number', '')), models.Q(('replaced_by__isnull', False), ('withdrawn_on__isnull', False), models.Q(('replaced_by_number', ''), _negated=True)), _connector='OR'), name='document_replaced_is_withdrawn'), models.CheckConstraint(condition=models.Q(('copies_given__lte', models.F('copies_printed'))), name='document_copies_given_were_printed')],
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
                'indexes': [models.Index(fields=['received_on', 'due_on'], name='documents_r_receive_734a55_idx'), models.Index(condition=models.Q(('received_on', None)), fields=['organisation'], name='receipt_not_signed')],
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
        migrations.CreateModel(
            name='PaperSources',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='SHA-256 of what it holds')),
                ('kept_at', models.DateTimeField(auto_now_add=True, verbose_name='kept since')),
                ('files', models.JSONField(verbose_name='the files, by their names')),
            ],
            options={
                'verbose_name': 'sources of papers',
                'verbose_name_plural': 'sources of papers',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signed_at', models.DateTimeField(auto_now_add=True, verbose_name='signed at')),
                ('subject', models.CharField(max_length=300, verbose_name='certificate of')),
                ('issuer', models.CharField(max_length=300, verbose_name='certificate issued by')),
                ('serial', models.CharField(max_length=60, verbose_name='number of the certificate')),
                ('is_trial', models.BooleanField(verbose_name='by a trial certificate')),
                ('unsigned_sha256', models.CharField(max_length=64, verbose_name='SHA-256 of what was drawn')),
                ('made_with', models.CharField(max_length=200, verbose_name='made with')),
                ('fonts', models.JSONField(verbose_name='SHA-256 of the font files')),
                ('increment', models.BinaryField(verbose_name='signature as it stands in the file')),
                ('html', models.TextField(verbose_name='what was drawn')),
                ('sources', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.papersources', verbose_name='drawn from')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signature', to='documents.document', verbose_name='document')),
            ],
            options={
                'verbose_name': 'signature',
                'verbose_name_plural': 'signatures',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='KindSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('team_notice', 'Notice on the inspection teams'), ('introduction_letter', 'Letter of introduction'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_notice', "Notice of an acceptance's result"), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('commendation_decision', 'Commendation decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('result_sheet', 'Result sheet of a unit'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record'), ('minutes', 'Minutes of the leading group'), ('upward_report', 'Report to the autonomous region')], max_length=30, unique=True, verbose_name='kind')),
                ('code', models.CharField(max_length=10, verbose_name='letters of the number')),
            ],
            options={
                'verbose_name': "letters of a kind's numbers",
                'verbose_name_plural': "letters of the kinds' numbers",
                'ordering': ['kind'],
                'constraints': [models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='kind_series_has_letters')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('team_notice', 'Notice on the inspection teams'), ('introduction_letter', 'Letter of introduction'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_notice', "Notice of an acceptance's result"), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('commendation_decision', 'Commendation decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('result_sheet', 'Result sheet of a unit'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record'), ('minutes', 'Minutes of the leading group'), ('upward_report', 'Report to the autonomous region')], max_length=30, verbose_name='kind')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('texts', models.JSONField(verbose_name='passages')),
                ('drafted_on', models.DateField(verbose_name='written on')),
                ('published_on', models.DateField(null=True, verbose_name='published on')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'wording',
                'verbose_name_plural': 'wordings',
                'ordering': ['kind', '-version'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='wording',
            field=models.ForeignKey(blank=True, help_text='Empty: the standing text that the portal comes with.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='documents.wording', verbose_name='wording it was made with'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('kind', 'version'), name='wording_version_once'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(condition=models.Q(('published_on', None)), fields=('kind',), name='wording_one_draft_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(('published_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='wording_two_people'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_by', None), ('published_on', None)), models.Q(('published_by__isnull', False), ('published_on__isnull', False)), _connector='OR'), name='wording_published_whole_or_not'),
        ),
        migrations.CreateModel(
            name='Countersignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agrees', models.BooleanField(null=True, verbose_name='agrees')),
                ('on', models.DateField(null=True, verbose_name='on')),
            ],
            options={
                'verbose_name': 'countersignature',
                'verbose_name_plural': 'countersignatures',
                'ordering': ['draft', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('checking', 'to be checked'), ('countersigning', 'to be countersigned'), ('signing', 'to be signed'), ('returned', 'sent back to be changed'), ('signed', 'signed and issued'), ('ended', 'not issued')], default='checking', max_length=14, verbose_name='state')),
                ('turn', models.PositiveSmallIntegerField(default=1, verbose_name='draft number')),
                ('drawn_on', models.DateField(verbose_name='drawn up on')),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField(help_text='Empty while the queue cannot be reached.', null=True, verbose_name='handed to the queue at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='taken up at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times taken up')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for at')),
                ('on', models.DateField(verbose_name='on')),
                ('state', models.CharField(choices=[('queued', 'waiting to be made'), ('making', 'being made'), ('ready', 'ready'), ('failed', 'failed'), ('deleted', 'deleted')], default='queued', max_length=10, verbose_name='state')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='', verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('rights', models.JSONField(default=dict, verbose_name='what the asker might see')),
                ('turn', models.PositiveSmallIntegerField(verbose_name='draft number')),
                ('ordinal', models.PositiveSmallIntegerField(verbose_name='ordinal')),
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('team_notice', 'Notice on the inspection teams'), ('introduction_letter', 'Letter of introduction'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_notice', "Notice of an acceptance's result"), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('commendation_decision', 'Commendation decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('result_sheet', 'Result sheet of a unit'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record'), ('minutes', 'Minutes of the leading group'), ('upward_report', 'Report to the autonomous region')], max_length=30, verbose_name='kind')),
                ('series', models.CharField(max_length=20, verbose_name='series')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='note under the date')),
                ('print_run', models.PositiveIntegerField(default=0, verbose_name='number of copies')),
                ('openness', models.CharField(choices=[('open', 'open of our own accord'), ('on_request', 'open on request'), ('closed', 'not open')], max_length=10, verbose_name='openness')),
                ('retention', models.CharField(choices=[('permanent', 'permanently'), ('30', '30 years'), ('10', '10 years')], max_length=10, verbose_name='kept for')),
                ('printer', models.CharField(blank=True, max_length=60, verbose_name='printed and sent out by')),
                ('context', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='frozen contents')),
            ],
            options={
                'verbose_name': 'paper of a draft',
                'verbose_name_plural': 'papers of a draft',
                'ordering': ['draft', 'turn', 'ordinal'],
            },
        ),
        migrations.CreateModel(
            name='DraftRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveSmallIntegerField(verbose_name='draft number')),
                ('act', models.CharField(choices=[('drafted', 'drafted it'), ('remarked', 'remarked'), ('changed', 'changed it'), ('drawn_anew', 'drew it up anew, as what it says has changed'), ('sent_back', 'sent it back'), ('handed_in', 'handed it in again'), ('checked', 'checked it'), ('asked', 'asked for a countersignature'), ('countersigned', 'countersigned it'), ('objected', 'did not countersign it'), ('signed', 'signed it'), ('ended', 'ended it')], max_length=14, verbose_name='act')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('text', models.TextField(blank=True, verbose_name='text')),
            ],
            options={
                'verbose_name': 'remark on a draft',
                'verbose_name_plural': 'remarks on a draft',
                'ordering': ['draft', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PaperDefault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('team_notice', 'Notice on the inspection teams'), ('introduction_letter', 'Letter of introduction'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_notice', "Notice of an acceptance's result"), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('commendation_decision', 'Commendation decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('result_sheet', 'Result sheet of a unit'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record'), ('minutes', 'Minutes of the leading group'), ('upward_report', 'Report to the autonomous region')], max_length=30, unique=True, verbose_name='kind')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='note under the date')),
                ('print_run', models.PositiveIntegerField(default=0, verbose_name='number of copies')),
                ('openness', models.CharField(choices=[('open', 'open of our own accord'), ('on_request', 'open on request'), ('closed', 'not open')], max_length=10, verbose_name='openness')),
                ('retention', models.CharField(choices=[('permanent', 'permanently'), ('30', '30 years'), ('10', '10 years')], max_length=10, verbose_name='kept for')),
                ('printer', models.CharField(blank=True, max_length=60, verbose_name='printed and sent out by')),
            ],
            options={
                'verbose_name': 'defaults of a kind of paper',
                'verbose_name_plural': 'defaults of the kinds of paper',
                'ordering': ['kind'],
            },
        ),
        migrations.AddField(
            model_name='document',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='document',
            name='drafted_by',
            field=models.ForeignKey(blank=True, help_text='Empty where the act itself makes the paper: a list is filed, a sheet is signed.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by'),
        ),
        migrations.AddField(
            model_name='document',
            name='openness',
            field=models.CharField(choices=[('open', 'open of our own accord'), ('on_request', 'open on request'), ('closed', 'not open')], default='on_request', max_length=10, verbose_name='openness'),
        ),
        migrations.AddField(
            model_name='document',
            name='retention',
            field=models.CharField(choices=[('permanent', 'permanently'), ('30', '30 years'), ('10', '10 years')], default='30', max_length=10, verbose_name='kept for'),
        ),
        migrations.AlterField(
            model_name='document',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signed by'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('drafted_by', None), models.Q(('drafted_by', models.F('created_by')), _negated=True), _connector='OR'), name='document_signed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by', None), models.Q(models.Q(('checked_by', models.F('created_by')), _negated=True), ('drafted_by__isnull', False), models.Q(('checked_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='document_checked_by_a_third'),
        ),
        migrations.AddField(
            model_name='countersignature',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='countersignature',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='draft',
            name='checked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='draft',
            name='drafted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by'),
        ),
        migrations.AddField(
            model_name='draft',
            name='motion',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='accounts.motion', verbose_name='proposal'),
        ),
        migrations.AddField(
            model_name='draft',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='sites.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='draft',
            name='signed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='signed by'),
        ),
        migrations.AddField(
            model_name='draft',
            name='sites',
            field=models.ManyToManyField(related_name='+', to='sites.site', verbose_name='sites'),
        ),
        migrations.AddField(
            model_name='countersignature',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='countersignatures', to='documents.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='draftpaper',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by'),
        ),
        migrations.AddField(
            model_name='draftpaper',
            name='copies_more',
            field=models.ManyToManyField(blank=True, help_text='抄送 beside those whom the kind of paper goes to anyway.', related_name='+', to='accounts.organisation', verbose_name='more copies to'),
        ),
        migrations.AddField(
            model_name='draftpaper',
            name='document',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafted_as', to='documents.document', verbose_name='paper that was issued'),
        ),
        migrations.AddField(
            model_name='draftpaper',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='all_papers', to='documents.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='draftremark',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='draftremark',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='documents.draft', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='paperdefault',
            name='copies_more',
            field=models.ManyToManyField(blank=True, related_name='+', to='accounts.organisation', verbose_name='more copies to'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(fields=['programme', 'state'], name='documents_d_program_c5d1a6_idx'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('checked_by', None), models.Q(('checked_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='draft_checked_by_another'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', None), models.Q(models.Q(('signed_by', models.F('drafted_by')), _negated=True), models.Q(('signed_by', models.F('checked_by')), _negated=True)), _connector='OR'), name='draft_signed_by_a_third'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('countersigning', 'signing', 'signed')), _negated=True), ('checked_by__isnull', False), _connector='OR'), name='draft_is_checked_before_signing'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_by__isnull', False), ('state', 'signed')), models.Q(models.Q(('state', 'signed'), _negated=True), ('signed_by', None)), _connector='OR'), name='draft_signed_has_signer'),
        ),
        migrations.AddConstraint(
            model_name='countersignature',
            constraint=models.UniqueConstraint(fields=('draft', 'organisation'), name='countersigned_once_a_body'),
        ),
        migrations.AddConstraint(
            model_name='countersignature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agrees', None), ('by', None), ('on', None)), models.Q(('agrees__isnull', False), ('by__isnull', False), ('on__isnull', False)), _connector='OR'), name='countersigned_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='draftpaper',
            index=models.Index(fields=['state', 'sent_at'], name='documents_d_state_3253d6_idx'),
        ),
        migrations.AddIndex(
            model_name='draftpaper',
            index=models.Index(fields=['finished_at'], name='documents_d_finishe_7b9f1d_idx'),
        ),
        migrations.AddConstraint(
            model_name='draftpaper',
            constraint=models.UniqueConstraint(fields=('draft', 'turn', 'ordinal'), name='draft_paper_ordinal_once'),
        ),
        migrations.AddConstraint(
            model_name='draftpaper',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='draft_paper_ready_has_file'),
        ),
        migrations.CreateModel(
            name='Preview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for at')),
                ('path', models.CharField(max_length=500, verbose_name='where the form was sent')),
                ('sent', models.JSONField(verbose_name='what was filled in')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('sites', models.ManyToManyField(related_name='+', to='sites.site', verbose_name='sites')),
            ],
            options={
                'verbose_name': 'preview',
                'verbose_name_plural': 'previews',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PreviewPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField(help_text='Empty while the queue cannot be reached.', null=True, verbose_name='handed to the queue at')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='taken up at')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='times taken up')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked for at')),
                ('on', models.DateField(verbose_name='on')),
                ('state', models.CharField(choices=[('queued', 'waiting to be made'), ('making', 'being made'), ('ready', 'ready'), ('failed', 'failed'), ('deleted', 'deleted')], default='queued', max_length=10, verbose_name='state')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='', verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('rights', models.JSONField(default=dict, verbose_name='what the asker might see')),
                ('ordinal', models.PositiveSmallIntegerField(verbose_name='ordinal')),
                ('kind', models.CharField(choices=[('district_determination', "District's determination"), ('filing_form', 'Filing form'), ('determined_list', 'Determined list'), ('rulebook_notice', 'Notice issuing the rulebook'), ('team_notice', 'Notice on the inspection teams'), ('introduction_letter', 'Letter of introduction'), ('rectification_notice', 'Rectification notice'), ('rectification_report', 'Rectification report'), ('rectification_summary', 'Rectification report of a round'), ('acceptance_notice', "Notice of an acceptance's result"), ('acceptance_report', 'Acceptance report'), ('programme_acceptance', 'Acceptance report of the programme'), ('public_notice', 'Public notice'), ('notice_extension', 'Extension of a public notice'), ('objection_reply', 'Reply to an objection'), ('naming_decision', 'Naming decision'), ('commendation_decision', 'Commendation decision'), ('warning_notice', 'Warning'), ('restoration_notice', 'Lifting of a warning'), ('revocation_decision', 'Revocation decision'), ('result_sheet', 'Result sheet of a unit'), ('score_sheet', 'Score sheet'), ('deliberation_record', 'Deliberation record'), ('minutes', 'Minutes of the leading group'), ('upward_report', 'Report to the autonomous region')], max_length=30, verbose_name='kind')),
                ('series', models.CharField(max_length=20, verbose_name='series')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('context', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='frozen contents')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('preview', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='documents.preview', verbose_name='preview')),
            ],
            options={
                'verbose_name': 'paper of a preview',
                'verbose_name_plural': 'papers of a preview',
                'ordering': ['preview', 'ordinal'],
                'indexes': [models.Index(fields=['state', 'sent_at'], name='documents_p_state_ea0f12_idx'), models.Index(fields=['finished_at'], name='documents_p_finishe_8b87b9_idx')],
                'constraints': [models.UniqueConstraint(fields=('preview', 'ordinal'), name='preview_paper_ordinal_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='preview_paper_ready_has_file')],
            },
        ),
    ]
