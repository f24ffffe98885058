"""Addresses of the outcomes pages."""

from django.urls import path

from outcomes.views import (
    aggregates,
    check_settings,
    closings,
    disputes,
    due,
    entry,
    evaluation,
    evidence,
    evidence_files,
    extracts,
    imports,
    measurements,
    plans,
    quality,
    reopening,
    reports,
    results,
    samples,
    schedule,
    verification,
    workbooks,
)

app_name = "outcomes"
urlpatterns = [
    path("contracts/<uuid:contract_id>/due/", due.due_list, name="due-list"),
    path(
        "participants/<uuid:participant_id>/measurements/new/",
        entry.measurement_submit,
        name="measurement-submit",
    ),
    path("participants/<uuid:participant_id>/drafts/", entry.draft_save, name="draft-save"),
    path(
        "participants/<uuid:participant_id>/schedule/",
        schedule.participant_schedule,
        name="participant-schedule",
    ),
    path("cohorts/<uuid:cohort_id>/schedule/", schedule.cohort_schedule, name="cohort-schedule"),
    path(
        "contracts/<uuid:contract_id>/measurements/",
        measurements.measurement_list,
        name="measurement-list",
    ),
    path("contracts/<uuid:contract_id>/quality/", quality.quality_detail, name="quality-detail"),
    path(
        "contracts/<uuid:contract_id>/measurements/export.csv",
        measurements.measurement_export,
        name="measurement-export",
    ),
    path(
        "measurements/<uuid:measurement_id>/",
        measurements.measurement_detail,
        name="measurement-detail",
    ),
    path(
        "measurements/<uuid:measurement_id>/correct/",
        measurements.measurement_correct,
        name="measurement-correct",
    ),
    path(
        "measurements/<uuid:measurement_id>/verify/",
        measurements.measurement_verify,
        name="measurement-verify",
    ),
    path(
        "measurements/<uuid:measurement_id>/answer/",
        measurements.measurement_answer,
        name="measurement-answer",
    ),
    path(
        "measurements/<uuid:measurement_id>/evidence/",
        measurements.evidence_add,
        name="evidence-add",
    ),
    path("evidence/<uuid:link_id>/", evidence_files.evidence_download, name="evidence-download"),
    path("contracts/<uuid:contract_id>/checks/", check_settings.check_list, name="check-list"),
    path(
        "contracts/<uuid:contract_id>/checks/<slug:name>/",
        check_settings.check_set,
        name="check-set",
    ),
    path("contracts/<uuid:contract_id>/imports/new/", imports.import_create, name="import-create"),
    path(
        "contracts/<uuid:contract_id>/imports/template.csv",
        workbooks.import_template,
        name="import-template",
    ),
    path(
        "contracts/<uuid:contract_id>/imports/template.xlsx",
        workbooks.import_workbook,
        name="import-workbook",
    ),
    path("imports/<uuid:import_id>/", imports.import_detail, name="import-detail"),
    path("imports/<uuid:import_id>/confirm/", imports.import_confirm, name="import-confirm"),
    path("imports/<uuid:import_id>/cancel/", imports.import_cancel, name="import-cancel"),
    path("imports/<uuid:import_id>/columns/", imports.import_match, name="import-match"),
    path("imports/<uuid:import_id>/errors/", workbooks.import_errors, name="import-errors"),
    path("contracts/<uuid:contract_id>/verification/", plans.plan_detail, name="plan-detail"),
    path("contracts/<uuid:contract_id>/verification/plan/", plans.plan_set, name="plan-set"),
    path("verification-plans/<uuid:plan_id>/agree/", plans.plan_agree, name="plan-agree"),
    path("periods/<uuid:period_id>/lock/", samples.round_lock, name="round-lock"),
    path("rounds/<uuid:round_id>/", samples.round_detail, name="round-detail"),
    path("rounds/<uuid:round_id>/draw/", samples.round_draw, name="round-draw"),
    path("rounds/<uuid:round_id>/review/", samples.round_review, name="round-review"),
    path("rounds/<uuid:round_id>/conclude/", samples.round_conclude, name="round-conclude"),
    path("rounds/<uuid:round_id>/items.csv", samples.round_items, name="round-items"),
    path("rounds/<uuid:round_id>/sign/", reports.report_sign, name="report-sign"),
    path("rounds/<uuid:round_id>/report/", reports.report_detail, name="report-detail"),
    path("rounds/<uuid:round_id>/report/print/", reports.report_print, name="report-print"),
    path("rounds/<uuid:round_id>/report.pdf", reports.report_pdf, name="report-pdf"),
    path(
        "measurements/<uuid:measurement_id>/dispute/",
        disputes.dispute_raise,
        name="dispute-raise",
    ),
    path("disputes/<uuid:dispute_id>/decide/", disputes.dispute_decide, name="dispute-decide"),
    path(
        "disputes/<uuid:dispute_id>/withdraw/", disputes.dispute_withdraw, name="dispute-withdraw"
    ),
    path("verification/", verification.verification_queue, name="verification-queue"),
    path(
        "contracts/<uuid:contract_id>/verify-together/",
        verification.verification_together,
        name="verification-together",
    ),
    path(
        "contracts/<uuid:contract_id>/deliveries/", aggregates.delivery_list, name="delivery-list"
    ),
    path(
        "contracts/<uuid:contract_id>/deliveries/new/",
        aggregates.delivery_agree,
        name="delivery-agree",
    ),
    path(
        "deliveries/<uuid:delivery_id>/change/",
        aggregates.delivery_change,
        name="delivery-change",
    ),
    path(
        "deliveries/<uuid:delivery_id>/periods/<int:number>/<slug:outcome>/",
        aggregates.aggregate_deliver,
        name="aggregate-deliver",
    ),
    path(
        "deliveries/<uuid:delivery_id>/periods/<int:number>/<slug:outcome>/rows/",
        extracts.extract_upload,
        name="extract-upload",
    ),
    path(
        "deliveries/<uuid:delivery_id>/periods/<int:number>/<slug:outcome>/rows/template.xlsx",
        extracts.extract_template,
        name="extract-template",
    ),
    path("extracts/<uuid:extract_id>/", extracts.extract_deliver, name="extract-deliver"),
    path(
        "register-figures/<uuid:aggregate_id>/rows.csv",
        extracts.aggregate_rows,
        name="aggregate-rows",
    ),
    path(
        "register-figures/<uuid:aggregate_id>/",
        aggregates.aggregate_detail,
        name="aggregate-detail",
    ),
    path(
        "register-figures/<uuid:aggregate_id>/sign/",
        aggregates.aggregate_sign,
        name="aggregate-sign",
    ),
    path(
        "register-figures/<uuid:aggregate_id>/verify/",
        aggregates.aggregate_verify,
        name="aggregate-verify",
    ),
    path(
        "register-figures/<uuid:aggregate_id>/answer/",
        aggregates.aggregate_answer,
        name="aggregate-answer",
    ),
    path("closings/<uuid:closing_id>/", closings.closing_detail, name="closing-detail"),
    path("closings/<uuid:closing_id>/sign/", closings.closing_sign, name="closing-sign"),
    path("closings/<uuid:closing_id>/reopen/", reopening.closing_reopen, name="closing-reopen"),
    path("closings/<uuid:closing_id>/consent/", reopening.closing_consent, name="closing-consent"),
    path("periods/<uuid:period_id>/force-closing/", closings.closing_force, name="closing-force"),
    path("contracts/<uuid:contract_id>/results/", results.result_list, name="result-list"),
    path(
        "contracts/<uuid:contract_id>/evaluation/",
        evaluation.evaluation_detail,
        name="evaluation-detail",
    ),
    path(
        "contracts/<uuid:contract_id>/evaluation/print/",
        evaluation.evaluation_print,
        name="evaluation-print",
    ),
    path(
        "contracts/<uuid:contract_id>/evaluation/export.csv",
        evaluation.evaluation_export,
        name="evaluation-export",
    ),
    path(
        "results/<uuid:result_id>/measurements/",
        evidence.result_measurements,
        name="result-measurements",
    ),
]
