"""Adding documents to a contract and handing them out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts import selectors, services
from contracts.forms import DocumentForm
from contracts.models import Contract, ContractDocument
from contracts.views.shown import contract_page
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.exports import attachment


@login_required
@require_http_methods(["GET", "POST"])
def document_add(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """One more document, such as the signed contract."""
    actor = signed_in(request)
    contract = selectors.contract(actor, contract_id, Action.EDIT_CONTRACT)
    is_posted = request.method == "POST"
    form = DocumentForm(request.POST, request.FILES) if is_posted else DocumentForm()
    if is_posted and accepted(form, lambda: _add(actor, contract, form)) is not None:
        messages.success(request, _("Document added."))
        return redirect("contracts:terms-detail", contract.pk)
    return contract_page(
        request, "contracts/document_add.html", contract, {"form": form}, status=status_of(form)
    )


def _add(actor: User, contract: Contract, form: DocumentForm) -> ContractDocument:
    file = form.cleaned_data["file"]
    return services.add_document(
        actor=actor,
        contract=contract,
        title=form.cleaned_data["title"],
        file_name=file.name,
        content=file.read(),
    )


@login_required
@require_safe
def document_download(request: HttpRequest, document_id: UUID) -> FileResponse:
    """The file as an attachment: nothing that was uploaded runs in the portal's pages."""
    document = selectors.document(signed_in(request), document_id)
    with document.file.open("rb") as file:
        content = file.read()  # at most 20 MB, and nothing stays open behind the answer
    return attachment(document.file_name, document.content_type, content)
